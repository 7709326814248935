import type { RequestRow } from "../../lib/fleet/rows.ts";

const ORDINALS = ["First", "Second", "Third", "Fourth", "Fifth"];

/** Which try of the same thing a request is, and the requests before and after it, as far as they are kept. */
export type Tries = { words: string; before: RequestRow | undefined; after: RequestRow | undefined };

export function triesOf(request: RequestRow, requests: readonly RequestRow[]): Tries {
  const byId = new Map(requests.map((one) => [one.id, one]));
  const before = (one: RequestRow) => (one.retry_of === null ? undefined : byId.get(one.retry_of));
  let count = 1;
  let first = request;
  for (let one = before(request); one !== undefined; one = before(one)) {
    count += 1;
    first = one;
  }
  return {
    // The first of them may have been removed by now.
    words: first.retry_of === null ? `${ORDINALS[count - 1] ?? `${count}th`} try` : "A later try",
    before: before(request),
    after: requests.find(({ retry_of }) => retry_of === request.id),
  };
}
