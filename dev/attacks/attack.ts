import type { World } from "./world.ts";

/** How an attack ended. `code` is the one that the function, the database or Auth gave; a request's end has both too. */
export type Answer = { status: number | string; code?: string | undefined; body?: unknown };

export type Attack = {
  /** A sentence after the name of its class. */
  name: string;
  /** While nobody has asked for members, unless said: that is when most is allowed. */
  mode?: "open" | "members";
  attempt(world: World): Promise<Answer>;
  /** Exactly this, and the body only where it is named. */
  answer: Answer;
  /** Rows that the attempt may add, by table: what anybody in its place may. No row changes or goes, whatever it is. */
  adds?: Record<string, number>;
  /** Tables whose rows this attempt may change in the attacker's own right. */
  changes?: readonly string[];
  /** What may have been written on the Mac mini: workspaces, and agents in OpenClaw's own configuration. */
  writes?: readonly string[];
};

/** The rows of so many agents with a request each. */
export const agents = (count: number): Record<string, number> => ({
  "public.agents": count,
  "public.agent_status": count,
  "public.brain_docs": 3 * count,
  "public.brain_doc_versions": 3 * count,
  "public.agent_provision_requests": count,
  "public.activities": count,
});
