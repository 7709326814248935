import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { claimOne, complete, listed, provisionAgain, publish, refusal, remove, report } from "./life.ts";
import { beat, create, fail, PROJECT, seedProject, service, stranger } from "./road.ts";

let database: TestDatabase;
let soul: string;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await create(database);
  const [row] = await database.query("select id from public.brain_docs where doc_type = 'soul'");
  soul = String(row?.["id"]);
});
afterEach(() => database.drop());

const sweep = () => database.queryAs(service, "select * from public.fail_stuck_requests()");
const contents = async () => {
  const rows = await database.query(
    "select content from public.brain_doc_versions where doc_id = $1 order by created_at, id",
    [soul],
  );
  return rows.map(({ content }) => content);
};
/** As if it had been found on disk, or typed, so long ago. */
const keep = (content: string, age: string, about: { source?: string; conflict?: boolean } = {}) =>
  database.query(
    `insert into public.brain_doc_versions (doc_id, project_id, agent_key, doc_type, content, sha256, author, source, conflict, created_at)
     values ($1, $2, 'agent:ricky:main', 'soul', $3, private.sha256_of($3), 'x', $4, $5, date_trunc('hour', now()) - $6::interval)`,
    [soul, PROJECT, content, about.source ?? "disk", about.conflict ?? false, age],
  );

it("of what was found on disk one an hour stays after a day, and one a day after a week; all of today stays", async () => {
  await keep("a week and a day ago, early", "8 days 50 minutes");
  await keep("a week and a day ago, late", "8 days 10 minutes");
  await keep("three days ago, ten past", "3 days 50 minutes");
  await keep("three days ago, ten to", "3 days 10 minutes");
  await keep("three days ago, an hour later", "2 days 23 hours");
  await keep("today, early", "2 hours 50 minutes");
  await keep("today, late", "2 hours 10 minutes");
  await sweep();
  expect(await contents()).toEqual([
    "a week and a day ago, late",
    "three days ago, ten to",
    "three days ago, an hour later",
    "today, early",
    "today, late",
    "I am ricky",
  ]);
});

it("what a person typed stays, however long ago, and so does what is in a conflict", async () => {
  await keep("typed first", "20 days 2 minutes", { source: "dashboard" });
  await keep("typed a minute later", "20 days 1 minute", { source: "direct" });
  await keep("theirs", "20 days 2 minutes", { conflict: true });
  await keep("theirs, a minute later", "20 days 1 minute", { conflict: true });
  await sweep();
  expect(await contents()).toEqual([
    ...["typed first", "theirs", "typed a minute later", "theirs, a minute later"],
    "I am ricky",
  ]);
});

it("identical content is kept once, as the person's who typed it, and head stays", async () => {
  const update = "update public.brain_docs set content = $1 where id = $2";
  await database.query(`
    grant select, update on public.brain_docs to authenticated;
    create policy everything on public.brain_docs for all to authenticated using (true) with check (true);
  `);
  for (const content of ["one", "two", "one", "two"]) await database.queryAs(stranger, update, [content, soul]);
  await keep("one", "1 hour");
  await sweep();
  const rows = await database.query(
    "select content, revision, source from public.brain_doc_versions where doc_id = $1 order by revision",
    [soul],
  );
  expect(rows).toEqual([
    { content: "I am ricky", revision: 1, source: "template" },
    { content: "one", revision: 4, source: "direct" },
    { content: "two", revision: 5, source: "direct" },
  ]);
});

it("what a person typed stays also when the disk said the same later, and something else in that hour", async () => {
  await keep("typed", "20 days 50 minutes", { source: "dashboard" });
  await keep("typed", "20 days 40 minutes");
  await keep("something else", "20 days 30 minutes");
  await database.query(
    `update public.brain_doc_versions as v set revision = n.nr
     from (select id, row_number() over (order by created_at, id) as nr from public.brain_doc_versions where doc_id = $1) as n
     where v.id = n.id`,
    [soul],
  );
  await sweep();
  const rows = await database.query(
    "select content, source from public.brain_doc_versions where doc_id = $1 order by created_at, id",
    [soul],
  );
  expect(rows).toEqual([
    { content: "typed", source: "dashboard" },
    { content: "something else", source: "disk" },
    { content: "I am ricky", source: "template" },
  ]);
});

it("a pruning that fails keeps no request from being taken up again", async () => {
  await database.query(`
    create function public.no() returns trigger language plpgsql as $$ begin raise exception 'No'; end $$;
    create trigger no before delete on public.brain_doc_versions for each row execute function public.no();
  `);
  await keep("early", "8 days 50 minutes");
  await keep("late", "8 days 10 minutes");
  expect(await sweep()).toEqual([{ requeued: 0, failed: 0, expired: 0 }]);
  expect(await contents()).toHaveLength(3);
  expect(await database.query("select done_at > now() - interval '1 minute' as now from private.chores")).toEqual([
    { now: true },
  ]);
});

it("is done once an hour, however often somebody sweeps", async () => {
  await sweep();
  await keep("early", "8 days 50 minutes");
  await keep("late", "8 days 10 minutes");
  await Promise.all([sweep(), sweep()]);
  expect(await contents()).toHaveLength(3);
  await database.query("update private.chores set done_at = now() - interval '61 minutes'");
  await Promise.all([sweep(), sweep(), sweep()]);
  expect(await contents()).toEqual(["late", "I am ricky"]);
});

it("finished requests go after 90 days, answers under a key after a day, and their history stays", async () => {
  await database.query(
    "update public.agent_provision_requests set status = 'error', completed_at = now() - interval '91 days'",
  );
  await database.query(
    `insert into private.idempotency_keys (requested_by, key, command_sha256, answer, created_at)
     values ('anon', gen_random_uuid(), '', '{}', now() - interval '25 hours'), ('anon', gen_random_uuid(), '', '{}', now())`,
  );
  await sweep();
  expect(await database.query("select from public.agent_provision_requests")).toEqual([]);
  expect(await database.query("select from private.idempotency_keys")).toHaveLength(1);
  expect(await contents()).toEqual(["I am ricky"]);
});

describe("what alone says that OpenClaw may have an agent that is not live", () => {
  const age = () =>
    database.query(
      `update public.agent_provision_requests set completed_at = now() - interval '91 days' where status in ('done', 'error')`,
    );
  const kept = async () => {
    const rows = await database.query("select kind, status from public.agent_provision_requests order by requested_at");
    return rows.map(({ kind, status }) => `${kind} ${status}`);
  };
  /** An attempt that told of these steps, and was the last. */
  async function failAfter(...steps: string[]) {
    const claimed = await claimOne(database);
    await report(database, claimed, ...steps);
    await fail(database, claimed.id, claimed.token, true);
  }
  beforeEach(() => beat(database));

  it("stays however old it is: the agent is removed in OpenClaw too, and made nowhere else", async () => {
    await beat(database, "second");
    await database.query("update public.agents set executor_id = 'mini'");
    await failAfter("workspace", "add");
    await age();
    await sweep();
    expect(await kept()).toEqual(["provision error"]);
    await expect(provisionAgain(database, "second")).rejects.toMatchObject(refusal(409, "agent_live"));
    expect(await remove(database)).toMatchObject({ removed: false, request: { kind: "deprovision" } });
  });

  it("is the newest of its kind, and of what came after none that did not write", async () => {
    await failAfter("workspace", "add");
    await provisionAgain(database);
    await failAfter("workspace", "add");
    await provisionAgain(database);
    await failAfter("workspace");
    await remove(database);
    await failAfter("workspace", "remove");
    await database.query(
      `update public.agent_provision_requests as r set display_name = 'nr ' || n.nr
       from (select id, row_number() over (order by requested_at) as nr from public.agent_provision_requests) as n
       where n.id = r.id`,
    );
    await age();
    await sweep();
    expect(
      await database.query("select display_name, kind from public.agent_provision_requests order by requested_at"),
    ).toEqual([
      { display_name: "nr 2", kind: "provision" },
      { display_name: "nr 4", kind: "deprovision" },
    ]);
  });

  it("goes with the agent, and says nothing of one that has its key later", async () => {
    await failAfter("workspace", "add");
    await remove(database);
    await complete(database, await claimOne(database), []);
    await create(database);
    await age();
    await sweep();
    expect(await kept()).toEqual(["provision queued"]);
  });

  it("goes when the agent is live, and stays when the agent is made again because it was missing", async () => {
    await complete(database, await claimOne(database), [listed("ricky")]);
    await publish(database, []);
    await provisionAgain(database);
    await failAfter("workspace");
    await age();
    await sweep();
    expect(await kept()).toEqual(["provision done"]);
    await provisionAgain(database);
    await complete(database, await claimOne(database), [listed("ricky")]);
    await age();
    await database.query("update private.chores set done_at = '-infinity'");
    await sweep();
    expect(await kept()).toEqual([]);
  });
});
