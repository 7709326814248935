import { z } from "zod";
import { type ExecutorRuntime, executorId } from "../_shared/contract.ts";
import type { CallerReader } from "./caller.ts";
import type { Database } from "./database.ts";
import { requireSignedIn } from "./membership.ts";
import { parsePath } from "./parse-path.ts";

/**
 * GET /executors/:id/runtime: what OpenClaw holds on this executor, as far as it has said; `refresh` asks it for a new list,
 * which comes by Realtime or with the next call. Throws a Refusal.
 */
export async function readRuntime(
  headers: Headers,
  { id, refresh }: { id: string; refresh: boolean },
  readCaller: CallerReader,
  database: Database,
): Promise<ExecutorRuntime> {
  const caller = await readCaller(headers);
  requireSignedIn(caller, "look at an executor");
  const named = parsePath(z.object({ id: executorId }), { id });
  const userId = caller.role === "authenticated" ? caller.requestedBy : undefined;
  return await database.readRuntime(named.id, refresh, userId);
}
