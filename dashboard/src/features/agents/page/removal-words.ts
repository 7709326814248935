import { ALIVE_SECONDS, doneResult } from "#contract";
import { executorLabel } from "../../../lib/fleet/executor-label.ts";
import type { AgentRow, ExecutorRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { relativeTime } from "../../../lib/time.ts";

/** What is typed to remove an agent: its name; of one that an older system left without any, its key. */
export function confirmationOf({ name, agent_key }: Pick<AgentRow, "name" | "agent_key">): string {
  return name.trim() === "" ? agent_key : name;
}

/** However the characters are composed, and whatever white space a paste brings along. */
export function isConfirmed(typed: string, confirmation: string): boolean {
  return oneForm(typed) === oneForm(confirmation);
}

function oneForm(text: string): string {
  return text.normalize("NFC").trim().replace(/\s+/gu, " ");
}

/** Whether OpenClaw may have been told of the agent: if not, it is gone at once. The database decides. */
function mayBeInOpenClaw(agent: AgentRow, requests: readonly RequestRow[]): boolean {
  const own = requests.filter(({ requested_at }) => Date.parse(requested_at) >= Date.parse(agent.created_at));
  return (
    agent.provisioned || own.some(({ status, writing_began_at }) => status === "done" || writing_began_at !== null)
  );
}

/** What the removal of an agent will have to wait for; undefined for nothing. `requests`: its own. */
export function removalWaitsFor(
  agent: AgentRow,
  requests: readonly RequestRow[],
  executors: readonly ExecutorRow[],
  now: Date,
): string | undefined {
  const executor = executors.find(({ id }) => id === agent.executor_id);
  if (executor === undefined || !mayBeInOpenClaw(agent, requests)) return undefined;
  const name = executorLabel(executor);
  const seen = new Date(executor.last_seen_at);
  if (now.getTime() - seen.getTime() >= ALIVE_SECONDS * 1000) {
    return `${name} was last seen ${relativeTime(seen, now)}. The agent is removed once it is back`;
  }
  return executor.problem === null ? undefined : `${name} takes no requests now. The agent is removed once it does`;
}

/** What became of an agent that is gone, from the newest of its requests. */
export function removedWords(request: RequestRow, executorName = "its Mac"): string {
  const kept = "its requests are kept, and its key can be used again";
  switch (doneResult.safeParse(request.result).data?.workspace) {
    case "trashed":
      return `Its folder is in the trash of ${executorName}, ${kept}`;
    case "kept":
      return `Its folder on ${executorName} was left where it is, ${kept}`;
    default:
      return `I${kept.slice(1)}`;
  }
}
