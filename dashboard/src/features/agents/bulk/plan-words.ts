import { LARGEST_BATCH } from "#contract";
import type { Plan } from "./use-bulk-form.ts";

const agents = (count: number): string => `${count} ${count === 1 ? "agent" : "agents"}`;

/** How many agents the text holds. */
export function countAgents({ agents: planned, surplus }: Pick<Plan, "agents" | "surplus">): number {
  return planned.length + surplus.length;
}

/** `12 agents`; `Create 12 agents` begins with the same. */
export function agentsWords(plan: Pick<Plan, "agents" | "surplus">): string {
  return agents(countAgents(plan));
}

/** `2 with problems`, `10 too many`, both, or nothing. */
export function problemWords({ agents: planned, surplus }: Pick<Plan, "agents" | "surplus">): string {
  const wrong = planned.filter(({ problems }) => problems.length > 0).length;
  return [
    wrong > 0 && (wrong === 1 ? "1 with a problem" : `${wrong} with problems`),
    surplus.length > 0 && `${surplus.length} too many`,
  ]
    .filter((part) => part !== false)
    .join(", ");
}

/** Which lines are too many; undefined when none is. */
export function surplusWords(surplus: readonly number[]): string | undefined {
  const [first, last] = [surplus[0], surplus.at(-1)];
  if (first === undefined) return undefined;
  return first === last ? `Line ${first} is too many` : `Lines ${first} to ${last} are too many`;
}

/** What has to be done before they can be created; empty when nothing has. */
export function nextStepWords({ agents: planned, surplus, reading }: Omit<Plan, "wrongLines">): string {
  if (reading.problem !== null) return reading.problem.message;
  if (planned.length === 0) return "Nothing to create yet";
  const wrong = planned.filter(({ problems }) => problems.length > 0).length;
  if (wrong > 0) return wrong === 1 ? "Mend 1 line first" : `Mend ${wrong} lines first`;
  return surplus.length > 0 ? `At most ${LARGEST_BATCH} agents can be created at once` : "";
}
