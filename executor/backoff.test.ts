import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test("pauses double up to the limit, and each is between half and the whole of it", () => {
  for (const [failures, full] of [
    [1, 1000],
    [2, 2000],
    [4, 8000],
    [5, 10_000],
    [5000, 10_000],
  ] as const) {
    const pause = backoffMs(failures, { firstMs: 1000, mostMs: 10_000 });
    expect(pause).toBeGreaterThanOrEqual(full / 2);
    expect(pause).toBeLessThanOrEqual(full);
  }
});
