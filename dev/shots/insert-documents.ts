import { PROJECT_ID } from "../local/front-office.ts";
import { OWNER_EMAIL } from "../local/owner-account.ts";
import type { Query } from "./insert-agents.ts";

/** One document of a member, with every text that it had. */
export type SceneDocument = {
  /** Of the member. */
  id: string;
  type: string;
  /** Oldest first. */
  texts: readonly SceneText[];
  docDate?: string;
  /** What the executor `mini` said of the file. */
  disk?: {
    revision?: number;
    minutesAgo: number;
    error?: { code: string; message: string; hint?: string };
    /** What it found there instead. */
    found?: string;
  };
};

export type SceneText = {
  content: string;
  source: "template" | "dashboard" | "disk" | "direct";
  minutesAgo: number;
  reason?: "restored" | "merged" | "settled";
};

/** The members and their machine must be there. */
export async function insertDocuments(query: Query, documents: readonly SceneDocument[]): Promise<void> {
  const [owner] = await query("select id::text from auth.users where email = $1", [OWNER_EMAIL]);
  const authors = { template: owner?.["id"], dashboard: owner?.["id"], disk: "executor:mini", direct: "authenticated" };
  for (const { id, type, texts, docDate, disk } of documents) {
    const key = `agent:${id}:main`;
    for (const { content, source, minutesAgo, reason = "" } of texts) {
      const author = authors[source];
      await query(
        `select set_config('hatchery.author', $1, false), set_config('hatchery.source', $2, false),
           set_config('hatchery.reason', $3, false)`,
        [author, source, reason],
      );
      await query(
        `insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by, doc_date)
         values ('${PROJECT_ID}', $1, $2, $3, $4, $5)
         on conflict (project_id, agent_key, doc_type) do update
         set content = excluded.content, updated_by = excluded.updated_by`,
        [key, type, content, author, docDate ?? null],
      );
      const at = "now() - $3::float * interval '1 minute'";
      const where = `project_id = '${PROJECT_ID}' and agent_key = $1 and doc_type = $2`;
      await query(`update public.brain_docs set updated_at = ${at} where ${where}`, [key, type, minutesAgo]);
      await query(
        `update public.brain_doc_versions set created_at = ${at}
         where id = (select max(id) from public.brain_doc_versions where ${where})`,
        [key, type, minutesAgo],
      );
    }
    if (disk === undefined) continue;
    await query(
      `with found as (
         insert into public.brain_doc_versions (
           doc_id, project_id, agent_key, doc_type, content, sha256, author, source, conflict, created_at
         )
         select d.id, d.project_id, d.agent_key, d.doc_type, $4, private.sha256_of($4), 'executor:mini', 'disk', true,
           now() - $5::float * interval '1 minute'
         from public.brain_docs as d where d.agent_key = $1 and d.doc_type = $2 and $4::text is not null
         returning id
       )
       insert into public.brain_doc_disk (doc_id, executor_id, revision, synced_at, error, conflict_version)
       select d.id, 'mini', $3, now() - $5::float * interval '1 minute',
         case when $6::jsonb is not null then $6::jsonb || jsonb_build_object('at', now()) end,
         (select id from found)
       from public.brain_docs as d where d.agent_key = $1 and d.doc_type = $2`,
      [key, type, disk.revision ?? null, disk.found ?? null, disk.minutesAgo, disk.error ?? null],
    );
  }
  await query(
    "select set_config('hatchery.author', '', false), set_config('hatchery.source', '', false), set_config('hatchery.reason', '', false)",
  );
}
