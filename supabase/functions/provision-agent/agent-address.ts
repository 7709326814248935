import { z } from "zod";
import { agentKey, MAIN_AGENT_KEY, projectId } from "../_shared/contract.ts";
import { parsePath } from "./parse-path.ts";

/** `trunks` is what people call the main agent. */
const addressedKey = z.union([
  z.literal("trunks").transform(() => MAIN_AGENT_KEY),
  z.literal(MAIN_AGENT_KEY),
  agentKey,
]);
const agentAddress = z.object({ projectId, agentKey: addressedKey });

/** One agent, as a path names it. */
export type AgentAddress = { projectId: string; agentKey: string };

/** The agent that a path names. Throws a Refusal (400). */
export function parseAgentAddress(path: AgentAddress): AgentAddress {
  return parsePath(agentAddress, path);
}
