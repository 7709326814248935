import type { SupabaseClient } from "@supabase/supabase-js";
import type { z } from "zod";
import type { Database } from "#database";
import { deadline } from "./deadline.ts";
import { QueueError } from "./queue-error.ts";
import type { QueueVerb } from "./queue-verbs.ts";

type Verbs = Database["public"]["Functions"];

export type DatabaseCall = ReturnType<typeof createDatabaseCall>;

/** Calls one of the database's functions, within `timeoutMs`. The call throws a `QueueError`, also for an answer of another shape. */
export function createDatabaseCall(client: SupabaseClient<Database>, timeoutMs: number) {
  return async function call<V extends QueueVerb, T>(
    verb: V,
    args: Verbs[V]["Args"],
    answer: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    using limit = deadline(timeoutMs, signal);
    const reply = await client.rpc(verb, args).abortSignal(limit.signal);
    if (reply.error) throw QueueError.from(verb, reply.status, reply.error);
    // An empty 200 is somebody else's answer: of a function that returns nothing PostgREST says 204.
    if (reply.data === null && reply.status !== 204)
      throw new QueueError(verb, reply.status, "gave an empty answer", { cause: reply });
    const parsed = answer.safeParse(reply.data);
    if (!parsed.success)
      throw new QueueError(verb, reply.status, "gave an answer of another shape", { cause: parsed.error });
    return parsed.data;
  };
}
