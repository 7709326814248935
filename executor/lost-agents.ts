import { z } from "zod";
import { ExecutorError, PermanentError } from "./errors.ts";
import type { Log } from "./log.ts";
import { readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

const lostAgents = z.object({ lost: z.array(z.string()), copy: z.string().nullable() });

/** Agents that OpenClaw has lost while it was written to, and the copy of its config that has them; null when none has. */
type LostAgents = z.infer<typeof lostAgents>;

interface LostAgentsOptions {
  /** Is there as long as agents are lost; a person who removes it says that they were meant to go. */
  file: string;
  /** OpenClaw's `openclaw.json`. */
  config: string;
  /** Never rejects. */
  findCopy(ids: string[]): Promise<string | null>;
  log: Pick<Log, "warn" | "error">;
}

/**
 * Remembers, across restarts, that OpenClaw has lost agents. It is over when a list shows them all again, or when the file
 * is gone.
 */
export function createLostAgents({ file, config, findCopy, log }: LostAgentsOptions) {
  /** What could not be written: a full disk must not let the writing go on. */
  let unwritten: LostAgents | null = null;
  let recordedAt = Number.NEGATIVE_INFINITY;

  async function write(state: LostAgents): Promise<void> {
    const { message, hint } = describe(state);
    try {
      await writeStateFile(file, `${JSON.stringify({ message, hint, since: new Date(), ...state }, null, 2)}\n`);
      unwritten = null;
    } catch (error) {
      unwritten = state;
      log.error({ err: error }, "the loss of agents is not kept across a restart");
    }
  }

  async function current(): Promise<LostAgents | null> {
    if (unwritten !== null) {
      const state = unwritten;
      await write(state);
      return state;
    }
    const text = await readStateFile(file);
    return text === null ? null : parse(text);
  }

  function describe({ lost, copy }: LostAgents) {
    const who = lost.length === 0 ? "agents" : `the agent${lost.length === 1 ? "" : "s"} ${lost.join(", ")}`;
    const restore = copy === null ? "Add them again in OpenClaw" : `Restore them: cp '${copy}' '${config}'`;
    return {
      message: `OpenClaw has lost ${who} while Hatchery wrote to it, and is not written to any more`,
      hint: `${restore}. If they were meant to go: rm '${file}'. Then it goes on by itself; retry what has failed`,
    };
  }

  return {
    /** @throws ExecutorError state_not_writable when it is not known who was lost before */
    async record(ids: string[]): Promise<void> {
      const before = await current();
      const lost = [...new Set([...(before?.lost ?? []), ...ids])].sort();
      const state = { lost, copy: await findCopy(lost) };
      recordedAt = performance.now();
      await write(state);
      log.error({ lost, copy: state.copy }, describe(state).message);
    },

    /** Takes what a list shows that began at `startedAt` (`performance.now()`). */
    async compare(listed: string[], startedAt: number): Promise<void> {
      const state = await current();
      // A list that was under way when they were lost may have read them before.
      if (state === null || state.lost.length === 0 || startedAt < recordedAt) return;
      if (!state.lost.every((id) => listed.includes(id))) return;
      unwritten = null;
      await removeStateFile(file);
      log.warn({ agents: state.lost }, "the lost agents are back: OpenClaw is written to again");
    },

    /** What to throw at somebody who wants to write, and may do so later; null while none are lost. */
    async refusal(): Promise<ExecutorError | null> {
      const state = await current();
      if (state === null) return null;
      const { message, hint } = describe(state);
      return new ExecutorError("runtime_lost_agents", message, { hint });
    },

    /** What to throw at somebody whose own write may be to blame; null while none are lost. */
    async accusation(): Promise<PermanentError | null> {
      const state = await current();
      if (state === null) return null;
      const { message, hint } = describe(state);
      return new PermanentError("runtime_lost_agents", message, { hint });
    },
  };
}

/** Nobody named in a file that a person has changed: then only its removal ends it. */
function parse(text: string): LostAgents {
  try {
    return lostAgents.parse(JSON.parse(text));
  } catch {
    return { lost: [], copy: null };
  }
}
