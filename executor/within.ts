import { pause } from "./nudge.ts";

/** Whether this is done within `ms`. Rejects as it does. */
export async function isWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const done = work.then(() => true);
  const late = pause(ms, over.signal).then(() => false);
  try {
    return await Promise.race([done, late]);
  } finally {
    over.abort();
  }
}
