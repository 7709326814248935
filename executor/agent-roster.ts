import { z } from "zod";
import { readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

/** One `agents list`, with the moments (`performance.now()`) between which OpenClaw's config was read for it. */
interface Seen {
  ids: ReadonlySet<string>;
  startedAt: number;
  endedAt: number;
}

interface AgentRosterOptions {
  /** Holds, while a write runs and until a list was compared after it, who was there before. */
  file: string;
  /** Told of every agent that was listed before a write and is not after it, before the file is given up. */
  onLost(ids: string[]): Promise<void>;
}

/** Older than this, a list may miss what a person has done to the agents since, and a deletion of theirs would look like a loss. */
const FRESH_MS = 60_000;

const keptIds = z.array(z.string()).catch([]);

/**
 * Compares what `agents list` shows before and after our writes: whoever was there must be there. Lists and writes may
 * overlap, so a list is only compared with those that had ended when it began.
 */
export function createAgentRoster({ file, onLost }: AgentRosterOptions) {
  /** The newest lists; more than one only while they overlap. */
  let seen: Seen[] | undefined;
  let isWriting = false;
  let lastWriteEndedAt = Number.NEGATIVE_INFINITY;
  let kept: string | null = null;
  /** Who was, or is being, removed on purpose, and until when a list may have read them still. */
  const leaving = new Map<string, number>();

  /** An executor before this one may have died between its write and the list after it. */
  async function load(): Promise<Seen[]> {
    if (seen !== undefined) return seen;
    kept = await readStateFile(file);
    seen = [];
    if (kept === null) return seen;
    lastWriteEndedAt = performance.now();
    const always = { startedAt: Number.NEGATIVE_INFINITY, endedAt: Number.NEGATIVE_INFINITY };
    seen.push({ ids: new Set(keptIds.parse(parseJson(kept))), ...always });
    return seen;
  }

  const isGone = (id: string, readFrom: number) => (leaving.get(id) ?? Number.NEGATIVE_INFINITY) > readFrom;
  const everyone = (lists: Seen[]) => [...new Set(lists.flatMap(({ ids }) => [...ids]))];

  async function keep(ids: string[]): Promise<void> {
    const text = `${JSON.stringify(ids.sort())}\n`;
    if (text !== kept) await writeStateFile(file, text);
    kept = text;
  }

  return {
    /** Call right before `agents list`. @returns what `endList` needs to know */
    async beginList(): Promise<number> {
      await load();
      return performance.now();
    },

    /** Takes what the list shows. */
    async endList(listed: string[], startedAt: number): Promise<void> {
      const lists = await load();
      const before = lists.filter(({ endedAt }) => endedAt <= startedAt);
      const hasWritten = isWriting || before.some((list) => list.startedAt <= lastWriteEndedAt);
      const lost = everyone(before).filter((id) => !listed.includes(id) && !leaving.has(id));
      const list = {
        ids: new Set(listed.filter((id) => !isGone(id, startedAt))),
        startedAt,
        endedAt: performance.now(),
      };
      // A loss that could not be told is told by the next list, which is compared with the same ones.
      if (hasWritten && lost.length > 0) await onLost(lost);
      for (const id of list.ids) leaving.delete(id);
      // Others may have ended meanwhile.
      seen = [...(await load()).filter(({ endedAt }) => endedAt > startedAt), list];
      // While a write runs it may still lose somebody whom this list has shown.
      if (isWriting || lastWriteEndedAt > startedAt || kept === null) return;
      await removeStateFile(file);
      kept = null;
    },

    /** Whether a write may begin without another list before it. */
    async isFresh(): Promise<boolean> {
      const lists = await load();
      return kept !== null || lists.some(({ endedAt }) => performance.now() - endedAt < FRESH_MS);
    },

    /** Call before a write; `leaver` is whom it removes on purpose. @throws ExecutorError disk_full | state_not_writable */
    async beginWrite(leaver?: string): Promise<void> {
      const lists = await load();
      if (leaver !== undefined) leaving.set(leaver, Number.POSITIVE_INFINITY);
      await keep(everyone(lists).filter((id) => !leaving.has(id)));
      isWriting = true;
    },

    /** Call for a write that may still run, also one of an executor before this one. */
    async resumeWrite(): Promise<void> {
      await load();
      isWriting = true;
    },

    /** Call when no process of a write is left. */
    endWrite(): void {
      if (!isWriting) return;
      isWriting = false;
      lastWriteEndedAt = performance.now();
      for (const [id, until] of leaving) if (until === Number.POSITIVE_INFINITY) leaving.set(id, lastWriteEndedAt);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing of ours: then there is nobody to miss.
    return null;
  }
}
