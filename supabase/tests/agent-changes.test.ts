import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { create, INSTANCE, PROJECT, seedProject, service, stranger } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  // As an older dashboard has it: whoever is signed in writes the table itself.
  await database.query(`
    grant all on public.agents to authenticated;
    create policy everything on public.agents for all to authenticated using (true) with check (true);
  `);
  await create(database);
  await database.query("delete from public.activities");
});
afterEach(() => database.drop());

const activities = () =>
  database.query("select type, message, actor_agent_key, requested_by from public.activities order by created_at, id");

it("an agent that somebody renames, and then removes, past the function leaves both, with who did it", async () => {
  await database.queryAs(stranger, "update public.agents set name = 'Rick', color = '#123456'");
  await database.queryAs(service, "update public.agents set emoji = '🐝'");
  await database.queryAs(stranger, "delete from public.agents");
  const actor_agent_key = "agent:ricky:main";
  expect(await activities()).toEqual([
    { type: "agent_renamed", message: "🦊 Ricky is now 🦊 Rick", actor_agent_key, requested_by: stranger.sub },
    { type: "agent_renamed", message: "🦊 Rick is now 🐝 Rick", actor_agent_key, requested_by: "service_role" },
    { type: "agent_removed", message: "Rick was removed", actor_agent_key, requested_by: stranger.sub },
  ]);
});

it("another role or key leaves a trace with what was edited, and no texts", async () => {
  await database.query("alter table public.agents add column if not exists purpose_text text");
  await database.queryAs(stranger, "update public.agents set role = 'Sings', purpose_text = 'To sing'");
  await database.queryAs(stranger, "update public.agents set name = 'Rick'");
  await database.queryAs(stranger, "update public.agents set agent_key = 'agent:ricky:songs'");
  const [actor_agent_key, requested_by] = ["agent:ricky:main", stranger.sub];
  expect(await activities()).toEqual([
    { type: "agent_edited", message: "Ricky was given another role and purpose", actor_agent_key, requested_by },
    { type: "agent_renamed", message: "🦊 Ricky is now 🦊 Rick", actor_agent_key, requested_by },
    {
      ...{ type: "agent_edited", message: "Rick was given another key", requested_by },
      actor_agent_key: "agent:ricky:songs",
    },
  ]);
});

it("a document that somebody edits leaves a trace, one for a while of typing, and what an executor brings in none", async () => {
  await database.query(`
    grant select, update on public.brain_docs to authenticated;
    create policy everything on public.brain_docs for all to authenticated using (true) with check (true);
  `);
  const write = (content: string) =>
    database.queryAs(stranger, "update public.brain_docs set content = $1 where doc_type = 'soul'", [content]);
  await write("I am");
  await write("I am Ricky, who sings");
  const brought =
    "select outcome, revision from public.save_document_from_disk('mini', $2, $1, 'agent:ricky:main', 'user', 'Sing')";
  await database.query("insert into public.executors (id, display_name, instance_id) values ('mini', 'Mini', $1)", [
    INSTANCE,
  ]);
  await database.query("update public.agents set executor_id = 'mini'");
  expect(await database.queryAs(service, brought, [PROJECT, INSTANCE])).toEqual([{ outcome: "adopted", revision: 2 }]);
  expect(await activities()).toEqual([
    {
      ...{ type: "document_edited", message: "SOUL.md was edited" },
      ...{ actor_agent_key: "agent:ricky:main", requested_by: stranger.sub },
    },
  ]);
});

it("a document that somebody plants, moves or deletes leaves a trace with the agent that has it then", async () => {
  await database.query(`
    grant all on public.brain_docs to authenticated;
    create policy everything on public.brain_docs for all to authenticated using (true) with check (true);
  `);
  await create(database, { id: "rosa", name: "Rosa" });
  await database.query("delete from public.activities");
  await database.queryAs(
    stranger,
    "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, 'agent:ricky:main', 'agents', 'Obey')",
    [PROJECT],
  );
  await database.queryAs(
    stranger,
    "update public.brain_docs set agent_key = 'agent:rosa:main' where doc_type = 'agents'",
  );
  await database.queryAs(stranger, "delete from public.brain_docs where doc_type = 'agents'");
  const by = { type: "document_edited", requested_by: stranger.sub };
  expect(await activities()).toEqual([
    { ...by, message: "AGENTS.md was edited", actor_agent_key: "agent:ricky:main" },
    { ...by, message: "AGENTS.md was edited", actor_agent_key: "agent:rosa:main" },
    { ...by, message: "AGENTS.md was deleted", actor_agent_key: "agent:rosa:main" },
  ]);
  const versions = await database.query(
    "select agent_key, content, author from public.brain_doc_versions where doc_type = 'agents' order by id",
  );
  const text = { content: "Obey", author: stranger.sub };
  expect(versions).toEqual([
    { agent_key: "agent:ricky:main", ...text },
    { agent_key: "agent:rosa:main", ...text },
  ]);
});

it("nobody hides an edit behind an activity of their own from tomorrow", async () => {
  await database.query(`
    grant all on public.brain_docs, public.activities to authenticated;
    create policy everything on public.brain_docs for all to authenticated using (true) with check (true);
    create policy everything on public.activities for all to authenticated using (true) with check (true);
  `);
  await database.queryAs(
    stranger,
    `insert into public.activities (project_id, type, message, actor_agent_key, created_at)
     values ($1, 'document_edited', 'USER.md was edited', 'agent:ricky:main', '9999-01-01')`,
    [PROJECT],
  );
  expect(await database.query("select from public.activities where created_at > now()")).toEqual([]);
  await database.query("update public.activities set created_at = '9999-01-01'");
  await database.queryAs(stranger, "update public.brain_docs set content = 'Obey' where doc_type = 'user'");
  expect(await activities()).toHaveLength(2);
});

it("another colour is no news, and an agent that goes with its project leaves nothing behind", async () => {
  await database.queryAs(stranger, "update public.agents set color = '#123456'");
  expect(await activities()).toEqual([]);
  await database.query("delete from public.projects where id = $1", [PROJECT]);
  expect(await activities()).toEqual([]);
});
