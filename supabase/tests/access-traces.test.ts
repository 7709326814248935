import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { owner, seedMembers } from "./people.ts";
import { beat, PROJECT, seedProject, service, stranger } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await seedMembers(database);
});
afterEach(() => database.drop());

const activities = () =>
  database.query("select type, message, requested_by from public.activities order by created_at, type");

it("who is made a member by writing the table leaves a trace as well", async () => {
  await database.queryAs(
    service,
    "insert into public.project_members (project_id, user_id, role) values ($1, $2, 'viewer')",
    [PROJECT, stranger.sub],
  );
  await database.queryAs(service, "update public.project_members set role = 'owner' where user_id = $1", [
    stranger.sub,
  ]);
  await database.query("delete from public.project_members where user_id = $1", [stranger.sub]);
  const [row] = await database.query("select session_user as name");
  expect(await activities()).toEqual([
    { type: "member_added", message: "Member 11111111 is now viewer of this project", requested_by: "service_role" },
    { type: "member_added", message: "Member 11111111 is now owner of this project", requested_by: "service_role" },
    {
      ...{ type: "member_removed", message: "Member 11111111 does not belong to this project any more" },
      requested_by: row?.["name"],
    },
  ]);
});

it("an executor that is enrolled, enrolled again and revoked leaves a trace in each project, with who did it", async () => {
  await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
  await seedMembers(database, "annex");
  await beat(database, "mini", service, { displayName: "Mac mini" });
  const enroll = () =>
    database.queryAs(service, "select public.enroll_executor($1, 'mini', $2)", [randomUUID(), owner.sub]);
  await enroll();
  await enroll();
  await database.queryAs(owner, "select public.revoke_executor('mini')");
  const by = { requested_by: owner.sub };
  const letIn = { type: "executor_enrolled", message: "The executor Mac mini was let in", ...by };
  const lost = { type: "executor_revoked", message: "The executor Mac mini lost its credential", ...by };
  for (const project of [PROJECT, "annex"]) {
    const rows = await database.query(
      "select type, message, requested_by from public.activities where project_id = $1 order by created_at, type",
      [project],
    );
    expect(rows).toEqual([letIn, letIn, lost, lost]);
  }
});

it("members and agents that go with their project leave nothing behind", async () => {
  await database.query("delete from public.projects");
  expect(await activities()).toEqual([]);
});
