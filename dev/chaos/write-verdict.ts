import type { FakeWrite } from "../fakes/openclaw/writes.ts";

const words = ({ verb, agentId, pid }: FakeWrite) => `${verb} of ${agentId} (process ${pid})`;

/** What is wrong with the writes of one OpenClaw, a sentence for each: two at a time, or one that was killed unasked. */
export function judgeWrites(writes: FakeWrite[]): string[] {
  return writes.flatMap((write) => [
    // When one that was killed has ended nobody knows.
    ...write.beside
      .filter(({ endedAt }) => endedAt !== undefined)
      .map((earlier) => `${words(write)} began before the end of ${words(earlier)}`),
    ...(write.endedAt === undefined && write.sigtermAt === undefined
      ? [`${words(write)} was killed, and was not asked to end`]
      : []),
  ]);
}

/**
 * The writes for an agent that went on when its request had ended, a sentence for each; not those that were asked to end only
 * then, because whoever had to ask was asleep. @param completedAt ms since 1970
 */
export function lateWrites(agentId: string, completedAt: number | null, writes: FakeWrite[]): string[] {
  if (completedAt === null) return [];
  return writes
    .filter((write) => write.agentId === agentId && (write.endedAt ?? 0) > completedAt)
    .filter(({ sigtermAt }) => sigtermAt === undefined || sigtermAt < completedAt)
    .map((write) => `${words(write)} went on after the end of its request`);
}
