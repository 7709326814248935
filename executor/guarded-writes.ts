import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createAgentRoster } from "./agent-roster.ts";
import { createConfigCopies } from "./config-copies.ts";
import { createKillPause } from "./kill-pause.ts";
import type { Log } from "./log.ts";
import { createLostAgents } from "./lost-agents.ts";
import type { CommandOutput } from "./openclaw-answers.ts";
import { endProcessTree, type ProcessRef } from "./process-tree.ts";
import { createWriteNote, type WriteNote } from "./write-note.ts";

/** For whom a write is, and how it is ended. */
export interface WriteCall {
  signal?: AbortSignal | undefined;
  /** Stands in the note of the running write. */
  requestId?: string | undefined;
  /** Told, in a sentence, when the write has to wait before it begins. */
  onWait?: ((why: string) => void) | undefined;
  /** Awaited when nothing is left to wait for. When it throws, the write does not begin. */
  onBegin?: (() => Promise<void>) | undefined;
}

/** How a write is started: with this mark in its environment, and `onStart` awaited once its process is known. */
export interface Start {
  mark: string;
  onStart(root: ProcessRef): Promise<void>;
}

interface GuardedWritesOptions {
  stateDir: string;
  /** The folder that contains `.openclaw`. */
  home: string;
  graceMs: number;
  killPauseMs?: number | undefined;
  /** `agents list`, which tells `listed` what it has shown. */
  list(signal: AbortSignal | undefined): Promise<unknown>;
  log: Pick<Log, "warn" | "error">;
}

/**
 * What happens around each CLI write, so that one that is cut off, killed or goes wrong does no harm that nobody sees.
 * Writes must be asked for one at a time.
 */
export function createGuardedWrites({ stateDir, home, graceMs, killPauseMs, list, log }: GuardedWritesOptions) {
  const config = join(home, ".openclaw", "openclaw.json");
  const note = createWriteNote(join(stateDir, "openclaw-write.json"));
  const killPause = createKillPause({ file: join(stateDir, "openclaw-killed.json"), pauseMs: killPauseMs, log });
  const copies = createConfigCopies({ config, folder: join(stateDir, "openclaw-config") });
  const lostAgents = createLostAgents({
    file: join(stateDir, "openclaw-lost-agents.json"),
    config,
    findCopy: copies.newestWith,
    log,
  });
  const roster = createAgentRoster({ file: join(stateDir, "openclaw-roster.json"), onLost: lostAgents.record });

  /** Ends what is left of the write that the note names, and takes the note away. When it throws, the note stays. */
  async function endLeftWrite(): Promise<"absent" | "ended" | "killed"> {
    const left = await note.read();
    const end = left === null ? "absent" : await endNoted(left);
    roster.endWrite();
    return end;
  }

  async function endNoted(left: WriteNote): Promise<"absent" | "ended" | "killed"> {
    // Also one of an executor before this one may lose agents until it is known to have ended.
    await roster.resumeWrite();
    const end = await endProcessTree(left, graceMs);
    if (end === "killed") await killPause.begin();
    if (end !== "absent") log.warn({ verb: left.verb, request: left.requestId, end }, "a write was left, and ended");
    await note.remove();
    return end;
  }

  async function prepare({ signal, onWait }: WriteCall): Promise<void> {
    await endLeftWrite();
    const lost = await lostAgents.refusal();
    if (lost !== null) throw lost;
    await killPause.wait(signal, onWait);
    if (!(await roster.isFresh())) await list(signal);
    await copies.take();
  }

  return {
    endLeftWrite,
    lostAgents: lostAgents.refusal,
    /** OpenClaw was killed, for whatever it was doing. */
    killed: killPause.begin,

    /**
     * Runs one write. When it returns or throws, no process of it is left, or its note is, and no other write is begun before
     * that one has ended.
     * @throws ExecutorError runtime_lost_agents | openclaw_config_unreadable | disk_full | state_not_writable, and then
     *   the write was not begun; processes_unreadable; what `onBegin` or `start` throws; the signal's reason
     */
    async run(
      about: WriteCall & { verb: string; leaver?: string },
      start: (how: Start) => Promise<CommandOutput>,
    ): Promise<CommandOutput> {
      await prepare(about);
      await roster.beginWrite(about.leaver);
      const { verb, requestId = null } = about;
      const mark = randomUUID();
      let output: CommandOutput | undefined;
      try {
        // Before the process is there: an executor that dies right after its start must have said what to look for.
        await note.keep({ verb, requestId, mark, startedAt: Date.now() });
        await about.onBegin?.();
        output = await start({ mark, onStart: (root) => note.keep({ verb, requestId, mark, ...root }) });
        return output;
      } finally {
        const end = await endLeftWrite();
        // Not by us. When it was the launcher alone, its child has gone on and answered, or was ended in order just now.
        if (output?.signal === "SIGKILL" && output.stdout === "" && end === "absent") await killPause.begin();
      }
    },

    /** Runs an `agents list`, and compares what it shows with what was there before the writes. */
    async compare<T extends { id: string }>(read: () => Promise<T[]>): Promise<T[]> {
      const startedAt = await roster.beginList();
      const agents = await read();
      const ids = agents.map(({ id }) => id);
      await lostAgents.compare(ids, startedAt);
      await roster.endList(ids, startedAt);
      return agents;
    },

    /** @throws PermanentError runtime_lost_agents when a list has shown that agents were lost */
    async requireNoneLost(): Promise<void> {
      const lost = await lostAgents.accusation();
      if (lost !== null) throw lost;
    },
  };
}
