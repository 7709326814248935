import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { operator, owner, seedMembers, setMode, viewer } from "./people.ts";
import { anon, enrollExecutor, machine, PROJECT, seedProject, service, stranger } from "./road.ts";

/** As the database prints jsonb. */
const refusal = (status: number, code: string, field?: string) => ({
  code: `PT${status}`,
  detail: field === undefined ? `{"code": "${code}"}` : `{"code": "${code}", "field": "${field}"}`,
});

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await seedMembers(database);
});
afterEach(() => database.drop());

const add = (caller: Caller, who: Caller, role: string, project = PROJECT) =>
  database.queryAs(caller, "select public.add_member($1, $2, $3)", [project, who.sub, role]);
const remove = (caller: Caller, who: Caller, project = PROJECT) =>
  database.queryAs(caller, "select public.remove_member($1, $2)", [project, who.sub]);
const setAccess = (caller: Caller, mode: string) =>
  database.queryAs(caller, "select public.set_access_mode($1)", [mode]);
const roleOf = async (who: Caller) => {
  const [row] = await database.query("select role from public.project_members where user_id = $1", [who.sub]);
  return row?.["role"];
};
const mode = async () => (await database.queryAs(service, "select public.read_access_mode() as mode"))[0]?.["mode"];
const activities = () =>
  database.query("select type, message, requested_by from public.activities order by created_at");

describe.for(["open", "members"] as const)("while the access mode is %s", (current) => {
  beforeEach(() => setMode(database, current));

  it.for([
    ["an owner", owner, owner.sub],
    ["the service role", service, "service_role"],
  ] as const)(
    "%s adds a member, changes the role and removes the member, and each leaves a trace",
    async ([, caller, by]) => {
      await add(caller, stranger, "viewer");
      expect(await roleOf(stranger)).toBe("viewer");
      await add(caller, stranger, "owner");
      await add(caller, stranger, "owner");
      expect(await roleOf(stranger)).toBe("owner");
      await remove(caller, stranger);
      await remove(caller, stranger);
      expect(await roleOf(stranger)).toBeUndefined();
      expect(await activities()).toEqual([
        { type: "member_added", message: `Member 11111111 is now viewer of this project`, requested_by: by },
        { type: "member_added", message: `Member 11111111 is now owner of this project`, requested_by: by },
        {
          type: "member_removed",
          message: `Member 11111111 does not belong to this project any more`,
          requested_by: by,
        },
      ]);
    },
  );

  it("nobody else says who belongs, not even of themselves", async () => {
    await enrollExecutor(database);
    for (const caller of [viewer, operator, machine]) {
      await expect(add(caller, caller, "owner")).rejects.toMatchObject(refusal(403, "forbidden"));
      await expect(remove(caller, owner)).rejects.toMatchObject(refusal(403, "forbidden"));
      await expect(setAccess(caller, "open")).rejects.toMatchObject(refusal(403, "forbidden"));
      await expect(database.queryAs(caller, "select public.list_access()")).rejects.toMatchObject(
        refusal(403, "forbidden"),
      );
    }
    const unknown = current === "open" ? refusal(403, "forbidden") : refusal(404, "project_not_found", "projectId");
    await expect(add(stranger, stranger, "owner")).rejects.toMatchObject(unknown);
    for (const call of [() => add(anon, stranger, "owner"), () => remove(anon, owner), () => setAccess(anon, "open")]) {
      await expect(call()).rejects.toMatchObject({ code: "42501" });
    }
    expect(await database.query("select role from public.project_members order by 1")).toEqual(
      ["operator", "owner", "viewer"].map((role) => ({ role })),
    );
    expect(await activities()).toEqual([]);
  });

  it("the last owner can neither be removed nor made less, by anyone", async () => {
    for (const caller of [owner, service]) {
      await expect(remove(caller, owner)).rejects.toMatchObject(refusal(409, "last_owner"));
      await expect(add(caller, owner, "operator")).rejects.toMatchObject(refusal(409, "last_owner"));
    }
    await add(owner, operator, "owner");
    await remove(operator, owner);
    expect(await roleOf(owner)).toBeUndefined();
    await expect(remove(operator, operator)).rejects.toMatchObject(refusal(409, "last_owner"));
  });
});

it("of two owners who remove each other at once one stays", async () => {
  await add(service, operator, "owner");
  const ends = await Promise.allSettled([remove(owner, operator), remove(operator, owner)]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await database.query("select from public.project_members where role = 'owner'")).toHaveLength(1);
});

it("an owner of one project is nobody in another", async () => {
  await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
  await setMode(database, "members");
  await expect(add(owner, stranger, "viewer", "annex")).rejects.toMatchObject(
    refusal(404, "project_not_found", "projectId"),
  );
  const listed = await database.queryAs(owner, "select distinct project_id from public.list_access()");
  expect(listed).toEqual([{ project_id: PROJECT }]);
});

it.for([
  ["a role that there is not", stranger, "admin", PROJECT, refusal(400, "invalid_request", "role")],
  ["a project that there is not", stranger, "viewer", "nowhere", refusal(404, "project_not_found", "projectId")],
  ["an executor's user", machine, "viewer", PROJECT, refusal(403, "forbidden")],
] as const)("%s is refused", async ([, who, role, project, expected]) => {
  await enrollExecutor(database);
  await expect(add(service, who, role, project)).rejects.toMatchObject(expected);
});

it("the list names who belongs where, and projects without anyone", async () => {
  await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
  const rows = await database.queryAs(
    service,
    "select project_id, project_name, user_id, role from public.list_access()",
  );
  expect(rows).toHaveLength(4);
  expect(rows[0]).toEqual({ project_id: "annex", project_name: "Annex", user_id: null, role: null });
  expect(rows).toContainEqual({ project_id: PROJECT, project_name: "Front Office", user_id: owner.sub, role: "owner" });
});

describe("the access mode", () => {
  it("is set by who owns every project, and every project is told once", async () => {
    await setAccess(owner, "members");
    await setAccess(owner, "members");
    expect(await mode()).toBe("members");
    await setAccess(service, "open");
    expect(await mode()).toBe("open");
    expect(await activities()).toEqual([
      { type: "access_changed", message: "Only members may use this project", requested_by: owner.sub },
      { type: "access_changed", message: "Whoever signs in may use this project", requested_by: "service_role" },
    ]);
  });

  it("is not set by who owns only some", async () => {
    await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
    await expect(setAccess(owner, "members")).rejects.toMatchObject(refusal(403, "forbidden"));
    expect(await mode()).toBe("open");
  });

  it("does not become members while a project has no owner, which is named", async () => {
    await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
    await expect(setAccess(service, "members")).rejects.toMatchObject({
      ...refusal(409, "no_owner"),
      message: expect.stringContaining("annex"),
    });
    expect(await mode()).toBe("open");
  });

  it.for([
    ["a table without row level security", "alter table public.activities disable row level security", "activities"],
    [
      "a view",
      "create view public.crew as select name from public.agents; grant select on public.crew to anon",
      "crew",
    ],
    [
      "one column of a view",
      "create view public.crew as select name, role from public.agents; grant select (role) on public.crew to anon",
      "crew",
    ],
    [
      "a view to delete through",
      "create view public.crew as select name from public.agents; grant delete on public.crew to anon",
      "crew",
    ],
    [
      "a view of a view",
      `create view private.inner_crew as select name from public.agents;
       create view public.crew as select name from private.inner_crew; grant select on public.crew to authenticated`,
      "crew",
    ],
    [
      "a materialized view",
      "create materialized view public.crew as select name from public.agents; grant select on public.crew to authenticated",
      "crew",
    ],
  ] as const)("does not become members while %s would stay open, which is named", async ([, sql, name]) => {
    await database.query(sql);
    await expect(setAccess(service, "members")).rejects.toMatchObject({
      ...refusal(409, "unguarded"),
      message: expect.stringContaining(name),
    });
    expect(await mode()).toBe("open");
  });

  it("becomes members beside a view that asks as its caller, and one that nobody may read", async () => {
    await database.query(`
      create view public.crew with (security_invoker = on) as select name from public.agents;
      grant select on public.crew to authenticated;
      create view public.closed as select name from public.agents;
    `);
    await setAccess(service, "members");
    expect(await mode()).toBe("members");
  });

  it("is open or members and nothing else", async () => {
    await expect(setAccess(service, "closed")).rejects.toMatchObject(refusal(400, "invalid_request", "mode"));
  });
});
