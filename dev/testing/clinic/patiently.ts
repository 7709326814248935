import { vi } from "vitest";

/** Tries until it does not throw; for what starts with a process of a process. */
export const patiently = (attempt: () => Promise<void>): Promise<void> =>
  vi.waitFor(attempt, { timeout: 60_000, interval: 100 });
