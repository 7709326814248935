import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MINI, PROJECT } from "../../supabase/tests/road.ts";
import type { TestDatabase } from "./test-database.ts";

/** Agents that live on the executor `mini`, with these documents (type to text) and with workspaces that are empty. */
export async function insertLiveAgents(
  database: TestDatabase,
  workspaceRoot: string,
  ids: string[],
  documents: Record<string, string>,
): Promise<void> {
  const keyOf = (id: string) => `agent:${id}:main`;
  await database.query(
    `insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, executor_id, provisioned)
     select $1, 'agent:' || id || ':main', id, '🦊', id, $2, true from unnest($3::text []) as id`,
    [PROJECT, MINI, ids],
  );
  await database.query(
    `insert into public.brain_docs (project_id, agent_key, doc_type, content)
     select $1, agent_key, doc.key, doc.value from unnest($2::text []) as agent_key, jsonb_each_text($3) as doc`,
    [PROJECT, ids.map(keyOf), JSON.stringify(documents)],
  );
  for (const id of ids)
    await mkdir(join(workspaceRoot, id === "main" ? "workspace" : `workspace-${id}`), { recursive: true });
}
