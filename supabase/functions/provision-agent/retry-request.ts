import type { CallerReader } from "./caller.ts";
import type { AboutRequest, Database } from "./database.ts";
import { logEvent } from "./log.ts";
import { requireMayChange, requireSignedIn } from "./membership.ts";
import { parseRequestId } from "./request-id.ts";

/** POST /requests/:id/retry: the new request in place of one that ended as error, as `{request}`. Throws a Refusal. */
export async function retryRequest(
  headers: Headers,
  id: string,
  readCaller: CallerReader,
  database: Database,
): Promise<AboutRequest> {
  const caller = await readCaller(headers);
  requireSignedIn(caller, "retry a request");

  const requestId = parseRequestId(id);
  await requireMayChange(caller, requestId, database);
  const retried = await database.retryRequest(requestId, caller.requestedBy);
  logEvent("info", "request_retried", { requestId: retried.request.id, retryOf: requestId });
  return retried;
}
