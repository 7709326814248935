import { join } from "node:path";
import { z } from "zod";
import { appendRecord, readRecords } from "./records.ts";

/** A process that writes begins, may be asked to end (SIGTERM), and ends; one that never ends was killed, or still runs. */
const writeEvent = z.object({
  event: z.enum(["begin", "sigterm", "end"]),
  pid: z.number(),
  verb: z.string(),
  agentId: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
export type WriteEvent = z.infer<typeof writeEvent>;

/** One write by either road, as far as its process could tell. */
export interface FakeWrite extends Pick<WriteEvent, "pid" | "verb" | "agentId"> {
  sigtermAt?: number;
  endedAt?: number;
  /** The writes that had begun before this one began, and had not ended. */
  beside: FakeWrite[];
}

const fileOf = (home: string) => join(home, "fake-openclaw-writes.jsonl");

export const recordWriteEvent = (home: string, event: WriteEvent): void => appendRecord(fileOf(home), event);

/** This process writes from now on. Asked to end it ends at once, as the real one does, unless it `isDeaf`. */
export function recordThisWrite(
  home: string,
  about: Pick<WriteEvent, "verb" | "agentId">,
  { isDeaf }: { isDeaf: boolean },
): void {
  const record = (event: WriteEvent["event"]) =>
    recordWriteEvent(home, { event, pid: process.pid, ...about, at: Date.now() });
  process.on("exit", () => record("end"));
  process.on("SIGTERM", () => {
    record("sigterm");
    if (!isDeaf) process.exit(143);
  });
  record("begin");
}

/** Every write so far, in the order in which they began. */
export function readFakeWrites(home: string): FakeWrite[] {
  const writes: FakeWrite[] = [];
  const open = new Map<number, FakeWrite>();
  for (const line of readRecords(fileOf(home))) {
    const { event, at, ...about } = writeEvent.parse(line);
    const known = open.get(about.pid);
    if (event === "begin") {
      const write = { ...about, beside: [...open.values()] };
      writes.push(write);
      open.set(about.pid, write);
    }
    if (known !== undefined && event === "sigterm") known.sigtermAt ??= at;
    if (known !== undefined && event === "end") {
      known.endedAt = at;
      open.delete(about.pid);
    }
  }
  return writes;
}
