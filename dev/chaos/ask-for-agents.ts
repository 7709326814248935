import { z } from "zod";
import type { Asked } from "./verdict.ts";
import type { World } from "./world.ts";

const created = z.object({
  agents: z.array(z.object({ request: z.object({ id: z.uuid(), agent_id_short: z.string() }) })),
});
/** As many as the function takes in one call. */
const BATCH = 50;

export interface AskTerms {
  projectId: string;
  /** The executor that is to do it; any when undefined. */
  boundTo: string | undefined;
  /** Codes of errors that are an honest end. */
  mayEndAs?: string[];
  /** How many attempts each must have taken in the end. */
  attempts?: number | undefined;
  /** So that each request outlives more deaths than the product would let it. */
  maxAttempts?: number;
}

/** Asks for agents as the Edge Function does. @returns what is to become of each, in no particular order. */
export async function askForAgents(
  world: World,
  agents: Pick<Asked, "agentId" | "name" | "emoji" | "documents">[],
  { projectId, boundTo, mayEndAs = [], attempts, maxAttempts }: AskTerms,
): Promise<Asked[]> {
  const wanted = agents.map(({ agentId, name, emoji, documents }) => ({
    ...{ project_id: projectId, agent_id_short: agentId, display_name: name, emoji, role_short: "Breaks" },
    ...{ executor: boundTo, id_token: "none", agent_key: `agent:${agentId}:main` },
    documents: Object.entries(documents).map(([doc_type, content]) => ({ doc_type, content })),
  }));
  const asked: Asked[] = [];
  for (let start = 0; start < wanted.length; start += BATCH) {
    const batch = JSON.stringify(wanted.slice(start, start + BATCH));
    const [row] = await world.query("select public.create_agents($1, 'anon') as answer", [batch]);
    for (const { request } of created.parse(row?.["answer"]).agents) {
      const agent = agents.find(({ agentId }) => agentId === request.agent_id_short);
      if (agent === undefined) throw new Error(`The database made ${request.agent_id_short} of another id`);
      asked.push({ ...agent, kind: "provision", requestId: request.id, boundTo, mayEndAs, attempts });
    }
  }
  await allowAttempts(world, asked, maxAttempts);
  return asked;
}

const changed = z.object({ request: z.object({ id: z.uuid() }) });

interface ChangeTerms extends Pick<AskTerms, "maxAttempts"> {
  projectId: string;
}

/** Asks for the same agent under another name and emoji, as the Edge Function does. */
export function askToRename(world: World, agent: Asked, terms: ChangeTerms): Promise<Asked> {
  const renamed: Asked = { ...agent, kind: "set_identity", name: `${agent.name} II`, emoji: "🐙" };
  const call = "select public.edit_agent($1, $2, 'anon', $3, $4) as answer";
  return change(world, renamed, call, [renamed.name, renamed.emoji], terms);
}

/** Asks to remove an agent, as the Edge Function does. */
export function askToRemove(world: World, agent: Asked, terms: ChangeTerms): Promise<Asked> {
  const call = "select public.remove_agent($1, $2, 'anon') as answer";
  return change(world, { ...agent, kind: "deprovision" }, call, [], terms);
}

async function change(
  world: World,
  agent: Asked,
  call: string,
  values: string[],
  { projectId, maxAttempts }: ChangeTerms,
): Promise<Asked> {
  const [row] = await world.query(call, [projectId, `agent:${agent.agentId}:main`, ...values]);
  const asked = { ...agent, requestId: changed.parse(row?.["answer"]).request.id };
  await allowAttempts(world, [asked], maxAttempts);
  return asked;
}

async function allowAttempts(world: World, asked: Asked[], maxAttempts: number | undefined): Promise<void> {
  if (maxAttempts === undefined) return;
  const ids = asked.map(({ requestId }) => requestId);
  await world.query("update public.agent_provision_requests set max_attempts = $2 where id = any($1)", [
    ids,
    maxAttempts,
  ]);
}
