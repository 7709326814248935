import { type EditAgentCommand, editAgentCommand } from "#contract";
import type { AgentRow } from "../../../lib/fleet/rows.ts";
import { findProblems } from "../find-problems.ts";
import type { EditedAnswer } from "../queries.ts";

/** What a person typed or picked of an agent that is there. What they left alone is not in it. */
export type AgentEdit = { displayName?: string; emoji?: string; roleShort?: string };

type Field = keyof AgentEdit;
const FIELDS: readonly Field[] = ["displayName", "emoji", "roleShort"];

const heldOf = ({ name, emoji, role }: AgentRow): Record<Field, string | null> => ({
  displayName: name,
  emoji,
  roleShort: role ?? "",
});

/**
 * The command that changes what is different now, and nothing else: what an older system wrote and nobody touches need not
 * keep the rules. Undefined when nothing is different, or something is wrong with it.
 */
export function planEdit(
  agent: AgentRow,
  edit: AgentEdit,
): { command: EditAgentCommand | undefined; problems: Partial<Record<string, string>> } {
  const held = heldOf(agent);
  const touched = pick(edit, (field) => edit[field] !== held[field]);
  if (Object.keys(touched).length === 0) return { command: undefined, problems: {} };
  const parsed = editAgentCommand.safeParse(touched);
  if (!parsed.success) return { command: undefined, problems: findProblems(editAgentCommand, touched) };
  const changed = pick(parsed.data, (field) => parsed.data[field] !== held[field]);
  return { command: Object.keys(changed).length === 0 ? undefined : changed, problems: {} };
}

function pick(edit: EditAgentCommand, isWanted: (field: Field) => boolean): AgentEdit {
  const wanted: AgentEdit = {};
  for (const field of FIELDS) {
    const value = edit[field];
    if (value !== undefined && isWanted(field)) wanted[field] = value;
  }
  return wanted;
}

/** What is to be said of an edit that was taken; undefined where its request says it when it has ended. */
export function savedWords(
  { agent, request }: EditedAnswer,
  changes: EditAgentCommand,
): { title: string; description?: string } | undefined {
  const isRenamed = changes.displayName !== undefined;
  if (!isRenamed && changes.emoji === undefined) return { title: `The purpose of ${agent.name} is saved` };
  if (request?.kind === "set_identity") return undefined;
  if (request?.kind !== "provision") return { title: `${agent.name} is saved` };
  return {
    title: `${agent.name} is saved`,
    description: `It is set up ${isRenamed ? "under the new name" : "with the new emoji"}.`,
  };
}
