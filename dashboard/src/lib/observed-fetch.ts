import { reportConnection } from "./connection.ts";
import { isGone } from "./failure-kind.ts";

/** Fetch that also tells the connection whether Supabase answers at all. */
export async function observedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, init);
    reportConnection({ isReachable: !isGone(response.status) });
    return response;
  } catch (error) {
    const isOurs = init?.signal?.aborted === true || (error instanceof DOMException && error.name === "AbortError");
    if (!isOurs) reportConnection({ isReachable: false });
    throw error;
  }
}
