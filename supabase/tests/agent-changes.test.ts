import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { create, PROJECT, seedProject, service, stranger } from "./road.ts";

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

it("another colour is no news, and an agent that goes with its project leaves nothing behind", async () => {
  await database.queryAs(stranger, "update public.agents set color = '#123456'");
  expect(await activities()).toEqual([]);
  await database.query("delete from public.projects where id = $1", [PROJECT]);
  expect(await activities()).toEqual([]);
});
