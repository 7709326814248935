import { afterEach, beforeEach, expect, it } from "vitest";
import { type Caller, createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { anon, create, PROJECT, seedProject, service, stranger } from "./road.ts";

const LIMIT = 3;
const LIMITED = { code: "PT429", detail: '{"code": "rate_limited"}' };

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await database.query("update private.settings set value = $1 where key = 'creations_per_minute'", [String(LIMIT)]);
  await database.query(
    `insert into public.agents (project_id, agent_key, name, emoji) values ($1, 'agent:rick:main', 'Rick', '🦊')`,
    [PROJECT],
  );
});
afterEach(() => database.drop());

const askByHand = async (caller: Caller) => {
  const [row] = await database.queryAs(
    caller,
    `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji)
     values ($1, 'agent:rick:main', 'rick', 'Rick', '🦊') returning id`,
    [PROJECT],
  );
  return String(row?.["id"]);
};
const cancel = (id: string) => database.queryAs(service, "select public.cancel_request($1, 'anon')", [id]);
const retry = async (id: string) => {
  const [row] = await database.queryAs(service, "select public.retry_request($1, $2) #>> '{request,id}' as id", [
    id,
    stranger.sub,
  ]);
  return String(row?.["id"]);
};

it("requests by hand that are called off again are counted, and then refused", async () => {
  for (let round = 0; round < LIMIT; round++) await cancel(await askByHand(anon));
  await expect(askByHand(anon)).rejects.toMatchObject(LIMITED);
});

it("who has used up what is for those with the public key alone keeps nobody who signed in from asking", async () => {
  for (let round = 0; round < LIMIT; round++) await cancel(await askByHand(anon));
  await expect(create(database)).rejects.toMatchObject(LIMITED);
  await cancel(await askByHand(stranger));
});

it("retries are counted", async () => {
  let id = await askByHand(stranger);
  for (let round = 1; round < LIMIT; round++) {
    await cancel(id);
    id = await retry(id);
  }
  await cancel(id);
  await expect(retry(id)).rejects.toMatchObject(LIMITED);
});

it("another project has a limit of its own, and a minute later there is room again", async () => {
  for (let round = 0; round < LIMIT; round++) await cancel(await askByHand(anon));
  await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
  await database.query(
    "insert into public.agents (project_id, agent_key, name, emoji) values ('annex', 'agent:rick:main', 'Rick', '🦊')",
  );
  await database.queryAs(
    anon,
    `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji)
     values ('annex', 'agent:rick:main', 'rick', 'Rick', '🦊')`,
  );
  await database.query("update public.agent_provision_requests set requested_at = now() - interval '61 seconds'");
  await askByHand(anon);
});

it("of many at the same moment no more than the limit get through", async () => {
  await database.query(
    `insert into public.agents (project_id, agent_key, name, emoji)
     select $1, 'agent:crowd-' || n || ':main', 'Rick', '🦊' from generate_series(1, 12) as n`,
    [PROJECT],
  );
  const ends = await Promise.allSettled(
    Array.from({ length: 12 }, (_, index) =>
      database.queryAs(
        anon,
        `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji)
         values ($1, $2, $3, 'Rick', '🦊')`,
        [PROJECT, `agent:crowd-${index + 1}:main`, `crowd-${index + 1}`],
      ),
    ),
  );
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(LIMIT);
});
