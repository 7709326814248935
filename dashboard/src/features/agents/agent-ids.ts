import { z } from "zod";
import { agentIdFromName } from "#agent-id";
import { agentKey } from "#contract";
import type { AgentRow, RuntimeRow } from "../../lib/fleet/rows.ts";

const listedIds = z.array(z.object({ id: z.string() })).catch([]);

/** Every id that an agent has or is about to get, and every id that OpenClaw lists: none of them is free. */
export function takenIds(agents: readonly AgentRow[], runtimes: readonly RuntimeRow[]): Set<string> {
  const ids = agents.map((agent) => agent.agent_id_short ?? agent.agent_key.split(":")[1] ?? "");
  return new Set([...ids, ...runtimes.flatMap((runtime) => listedIds.parse(runtime.agents).map(({ id }) => id))]);
}

/** The id itself, or the id with the first free number from 2 on, as the database will choose it. */
export function freeAgentId(id: string, taken: ReadonlySet<string>): string {
  let candidate = id;
  for (let suffix = 2; taken.has(candidate); suffix++) {
    candidate = `${id.slice(0, 57).replace(/[-_]+$/, "")}-${suffix}`;
  }
  return candidate;
}

export type AgentIdentity = { agentId: string; agentKey: string };

/** The id and key that a name will get, unless somebody else is faster. */
export function identityFromName(name: string, taken: ReadonlySet<string>): AgentIdentity {
  const agentId = freeAgentId(agentIdFromName(name), taken);
  return { agentId, agentKey: `agent:${agentId}:main` };
}

/** The id inside a key of one's own; undefined when the key is not a valid one. */
export function identityFromKey(key: string): AgentIdentity | undefined {
  const parsed = agentKey.safeParse(key);
  return parsed.success ? { agentId: parsed.data.split(":")[1] ?? "", agentKey: parsed.data } : undefined;
}

/** The same key with the next free id in it; undefined when the key is not a valid one. */
export function nextFreeKey(key: string, taken: ReadonlySet<string>): AgentIdentity | undefined {
  const wanted = identityFromKey(key);
  if (wanted === undefined) return undefined;
  const base = wanted.agentId.replace(/-\d+$/, "") || wanted.agentId;
  const agentId = freeAgentId(base, new Set([...taken, wanted.agentId]));
  return { agentId, agentKey: wanted.agentKey.replace(`:${wanted.agentId}:`, `:${agentId}:`) };
}
