import type { z } from "zod";
import { createAgentCommand, displayName } from "#contract";
import { viewId } from "../../../lib/fleet/view-id.ts";
import { AGENT_COLORS, colorInTurn } from "../agent-colors.ts";
import { type AgentIdentity, identityFromKey, identityFromName } from "../agent-ids.ts";
import { findProblems } from "../find-problems.ts";
import type { Creation } from "../submission/submission.ts";
import { suggestEmoji } from "../suggest-emoji.ts";
import type { Fleet } from "../use-fleet.ts";
import type { Entry } from "./reading.ts";
import { LINE_FIELDS, type RefusedValue, refusalOf } from "./refused-values.ts";

/** What will come of one entry. */
export type PlannedAgent = {
  line: number;
  command: z.input<typeof createAgentCommand>;
  /** The id and key it will most likely get; undefined while there is none to be had. */
  identity: AgentIdentity | undefined;
  /** What is wrong with it, in words; empty when it may be asked for. */
  problems: readonly string[];
};

export type Circumstances = Pick<Fleet, "agentCount" | "taken" | "keys"> & {
  projectId: string;
  executorId: string | null;
  refused: readonly RefusedValue[];
};

/** Fills each entry's gaps and says what is wrong with it. Ids are given out in turn, as the database does it. */
export function planAgents(entries: readonly Entry[], around: Circumstances): PlannedAgent[] {
  const taken = new Set(around.taken);
  const lineOfId = new Map<string, number>();

  return entries.map(({ line, cells, problem }, index) => {
    const command = fillEntry(cells, index, around);
    const identity = identityOf(command, taken);
    const clash = identity && command.agentKey !== undefined ? keyProblem(identity, lineOfId, around) : undefined;
    if (identity !== undefined) {
      taken.add(identity.agentId);
      lineOfId.set(identity.agentId, lineOfId.get(identity.agentId) ?? line);
    }
    const problems = problem === undefined ? [...fieldProblems(command, around.refused), clash] : [problem];
    return { line, command, identity, problems: [...new Set(problems.filter((words) => words !== undefined))] };
  });
}

/** What to ask for. Nothing may be wrong with any of them. */
export function toCreations(planned: readonly PlannedAgent[]): Creation[] {
  return planned.map(({ command, identity }) => {
    if (identity === undefined) throw new Error("An agent without an id cannot be asked for");
    return { command: createAgentCommand.parse(command), identity };
  });
}

function fillEntry(
  { name = "", purpose = "", emoji, color, key }: Entry["cells"],
  index: number,
  { projectId, executorId, agentCount }: Circumstances,
): PlannedAgent["command"] {
  const named = AGENT_COLORS.find(({ label }) => label.toLowerCase() === color?.toLowerCase())?.value;
  return {
    projectId,
    displayName: name,
    roleShort: purpose,
    emoji: emoji || suggestEmoji(name, purpose),
    color: named ?? (color || colorInTurn(agentCount + index)),
    ...(key && { agentKey: key }),
    ...(executorId !== null && { executorId }),
  };
}

function identityOf({ displayName: name, agentKey }: PlannedAgent["command"], taken: ReadonlySet<string>) {
  if (agentKey !== undefined) return identityFromKey(agentKey);
  const parsed = displayName.safeParse(name);
  return parsed.success ? identityFromName(parsed.data, taken) : undefined;
}

/** What the contract has against each field, or the server had when it was asked. */
function fieldProblems(command: PlannedAgent["command"], refused: readonly RefusedValue[]): (string | undefined)[] {
  const parsed = createAgentCommand.safeParse(command);
  if (parsed.success) return refused.map((value) => refusalOf(parsed.data, value));
  const found = findProblems(createAgentCommand, command);
  return LINE_FIELDS.map((field) => found[field]);
}

/** Only what is certain: the rest the database knows better. */
function keyProblem(
  { agentId, agentKey }: AgentIdentity,
  lineOfId: ReadonlyMap<string, number>,
  { keys, projectId }: Circumstances,
): string | undefined {
  const line = lineOfId.get(agentId);
  if (line !== undefined) return `Line ${line} gets the id ${agentId} already`;
  if (keys.has(viewId({ project_id: projectId, agent_key: agentKey }))) {
    return "An agent with this key already exists in this project";
  }
  return undefined;
}
