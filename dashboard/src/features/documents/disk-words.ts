import { isAlive } from "#badge";
import { type DocumentError, type DocumentType, documentError } from "#contract";
import { executorLabel } from "../../lib/fleet/executor-label.ts";
import type { AgentRow, ExecutorRow } from "../../lib/fleet/rows.ts";
import type { Tone } from "../../ui/tone.ts";
import type { DiskRow } from "./rows.ts";

/** Where a document stands on its way to the agent's machine. `at`: a time that follows the words. */
export type DiskState = {
  kind: "none" | "later" | "on-disk" | "on-its-way" | "waiting" | "conflict" | "error";
  tone: Tone;
  words: string;
  at?: string | undefined;
};

/** The same from afar. */
export const SHORT_WORDS: Record<DiskState["kind"], string> = {
  none: "Not there yet",
  later: "Written at set-up",
  "on-disk": "On disk",
  "on-its-way": "On its way",
  waiting: "Waits for its Mac",
  conflict: "Conflict",
  error: "Not written",
};

export type DiskFacts = {
  type: DocumentType;
  /** 0: it is not there yet. */
  revision: number;
  disk: DiskRow | undefined;
  agent: Pick<AgentRow, "provisioned" | "executor_id">;
  /** Of the agent. */
  executor: ExecutorRow | undefined;
  now: Date;
};

/** The words for where the saved text is. */
export function diskStateOf({ type, revision, disk, agent, executor, now }: DiskFacts): DiskState {
  const machine = executor === undefined ? "its Mac" : executorLabel(executor);
  if (disk?.conflict_version != null) {
    return { kind: "conflict", tone: "warning", words: `${machine} holds another text` };
  }
  if (revision === 0) return { kind: "none", tone: "muted", words: "Not there yet" };
  if (disk?.error != null) return { kind: "error", tone: "danger", words: `Not written at ${machine}` };
  if (disk?.revision === revision) {
    return { kind: "on-disk", tone: "success", words: `On disk at ${machine},`, at: disk.synced_at ?? undefined };
  }
  if (!agent.provisioned || executor === undefined) {
    return { kind: "later", tone: "muted", words: "Will be written when the agent is set up" };
  }
  if (type === "identity") return { kind: "later", tone: "muted", words: `Not read at ${machine} yet` };
  if (isAlive(executor.last_seen_at, now)) {
    return { kind: "on-its-way", tone: "info", words: `Saved · on its way to ${machine}` };
  }
  return {
    kind: "waiting",
    tone: "warning",
    words: `Waits for ${machine}, last seen`,
    at: executor.last_seen_at,
  };
}

/** What an executor said of its own file among what others said: of an agent that is bound to none, the newest. */
export function diskOf(rows: readonly DiskRow[], executorId: string | null): DiskRow | undefined {
  if (executorId !== null) return rows.find((row) => row.executor_id === executorId);
  return rows.toSorted((one, other) => Date.parse(other.synced_at ?? "0") - Date.parse(one.synced_at ?? "0"))[0];
}

/** The executor's own words for what is wrong with the file. */
export function readDiskError(error: unknown): DocumentError | undefined {
  return documentError.safeParse(error).data;
}
