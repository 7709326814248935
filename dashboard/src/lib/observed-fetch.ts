import { reportConnection } from "./connection.ts";

/** What a proxy answers for a Supabase that is gone. */
const GONE = new Set([502, 503, 504, 521, 522, 523, 524]);

/** Fetch that also tells the connection whether Supabase answers at all. */
export async function observedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, init);
    reportConnection({ isReachable: !GONE.has(response.status) });
    return response;
  } catch (error) {
    const isOurs = init?.signal?.aborted === true || (error instanceof DOMException && error.name === "AbortError");
    if (!isOurs) reportConnection({ isReachable: false });
    throw error;
  }
}
