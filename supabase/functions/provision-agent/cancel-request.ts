import type { CallerReader } from "./caller.ts";
import type { AboutRequest, Database } from "./database.ts";
import { logEvent } from "./log.ts";
import { requireMayChange, requireOpenToAnon } from "./membership.ts";
import { parseRequestId } from "./request-id.ts";

/**
 * POST /requests/:id/cancel: the request as it is from then on, as `{request}`: ended when it was queued, and with
 * `cancel_requested_at` when it runs, until its executor next speaks. Throws a Refusal.
 */
export async function cancelRequest(
  headers: Headers,
  id: string,
  readCaller: CallerReader,
  database: Database,
): Promise<AboutRequest> {
  const caller = await readCaller(headers);
  await requireOpenToAnon(caller, database);
  const requestId = parseRequestId(id);
  await requireMayChange(caller, requestId, database);
  const cancelled = await database.cancelRequest(requestId, caller.requestedBy);
  logEvent("info", "request_cancelled", { requestId, status: cancelled.request.status });
  return cancelled;
}
