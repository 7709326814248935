import { z } from "zod";
import { type CallerReader, unauthorized } from "./caller.ts";
import type { Database, Retried } from "./database.ts";
import { logEvent } from "./log.ts";
import { Refusal } from "./refusal.ts";

/** POST /requests/:id/retry: the new request in place of one that ended as error, as `{request}`. Throws a Refusal. */
export async function retryRequest(
  headers: Headers,
  id: string,
  readCaller: CallerReader,
  database: Database,
): Promise<Retried> {
  const caller = await readCaller(headers);
  if (caller.role === "anon") throw unauthorized("Only who is signed in may retry a request", "Sign in first");

  const parsed = z.guid().safeParse(id);
  if (!parsed.success) {
    throw new Refusal("The id of a request is a UUID", {
      status: 400,
      code: "invalid_request",
      field: "id",
      cause: parsed.error,
    });
  }
  const retried = await database.retryRequest(parsed.data, caller.requestedBy);
  logEvent("info", "request_retried", { requestId: retried.request.id, retryOf: parsed.data });
  return retried;
}
