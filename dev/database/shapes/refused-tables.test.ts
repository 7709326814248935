import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { migrate } from "../migrate.ts";
import { chapterNames } from "./chapter-folder.ts";
import { createShape, type ShapeDatabase } from "./shape-database.ts";

const TABLE = "public.agent_provision_requests";
const operations = await readFile(new URL("../../../docs/operations.md", import.meta.url), "utf8");
const NEW_ID = /```sql\n(begin;.*?)```/s.exec(operations)?.[1] ?? "";
const ADD_KEY = `alter table ${TABLE} add primary key (id);`;
const KEEP_KEY = NEW_ID.replace(ADD_KEY, "");

const NO_KEY = `alter table ${TABLE} drop constraint agent_provision_requests_pkey;`;
const NOT_CARRIED = `alter publication supabase_realtime drop table ${TABLE};`;
const newId = (column: string) => `alter table ${TABLE} drop column id; alter table ${TABLE} add column ${column}`;
const NO_UUID = 'foreign key constraint "request_leases_request_id_fkey" cannot be implemented';

/** How the table came to be, what the migration says of it, and what operations.md tells to do. */
const TABLES = {
  "without a primary key": {
    made: NO_KEY,
    chapter: "20261122000000_sent_round_again.sql",
    says: 'cannot update table "agent_provision_requests" because it does not have a replica identity and publishes updates',
    mend: NEW_ID,
  },
  "without a primary key, with ids that are missing or not the only one": {
    made: `${NO_KEY} alter table ${TABLE} alter column id drop not null, alter column id drop default;
      insert into ${TABLE} (agent_key) values ('agent:q:main'); insert into ${TABLE} select * from ${TABLE} limit 2`,
    chapter: "20261122000000_sent_round_again.sql",
    says: 'cannot update table "agent_provision_requests" because it does not have a replica identity and publishes updates',
    mend: NEW_ID,
  },
  "without a primary key, which Realtime does not carry": {
    made: NOT_CARRIED + NO_KEY,
    chapter: "20261122000006_requests.sql",
    says: 'there is no unique constraint matching given keys for referenced table "agent_provision_requests"',
    mend: NEW_ID,
  },
  "with a bigint as id": {
    made: newId("id bigint generated always as identity primary key"),
    chapter: "20261122000006_requests.sql",
    says: NO_UUID,
    mend: KEEP_KEY,
  },
  "with a serial as id": {
    made: newId("id bigserial primary key"),
    chapter: "20261122000006_requests.sql",
    says: NO_UUID,
    mend: KEEP_KEY,
  },
  "with a text as id": {
    made: newId("id text primary key default 'r-' || gen_random_uuid()"),
    chapter: "20261122000006_requests.sql",
    says: NO_UUID,
    mend: KEEP_KEY,
  },
  "without an id": {
    made: `${NOT_CARRIED} alter table ${TABLE} drop column id`,
    chapter: "20261122000006_requests.sql",
    says: 'column "id" does not exist',
    mend: `alter table ${TABLE} add column id uuid primary key default gen_random_uuid();`,
  },
  "with a CHECK that Postgres has named as we do": {
    made: `alter table ${TABLE} add check (status <> '')`,
    chapter: "20261122000006_requests.sql",
    says: 'constraint "agent_provision_requests_status_check" for relation "agent_provision_requests" already exists',
    mend: `alter table ${TABLE} drop constraint agent_provision_requests_status_check;`,
  },
  "with a CHECK that forbids a state": {
    made: `alter table ${TABLE} add constraint ours check (status in ('queued', 'running', 'done', 'failed')) not valid`,
    chapter: "20261122000006_requests.sql",
    says: 'new row for relation "agent_provision_requests" violates check constraint "ours"',
    mend: `alter table ${TABLE} drop constraint ours`,
  },
};

const count = async (database: ShapeDatabase) => (await database.query(`select count(*)::int from ${TABLE}`))[0];

it.for(Object.entries(TABLES))(
  "a request table %s stops the migration, and not after what operations.md says",
  async ([, { made, chapter, says, mend }]) => {
    await using database = await createShape("bare");
    await database.query(made);
    const rows = await count(database);
    const chapters = await chapterNames();
    await expect(migrate(database.url)).rejects.toThrow(
      `${chapter} was not applied, and nothing of it remains: ${says}`,
    );

    await database.query(mend);
    expect(await migrate(database.url)).toEqual(chapters.slice(chapters.indexOf(chapter)));
    expect(await count(database)).toEqual(rows);
    const service = { role: "service_role" } as const;
    const make = `select from public.create_agent(
    project_id => 'front-office', agent_id_short => 'wren', display_name => 'Wren', emoji => '🐦', role_short => '',
    requested_by => 'anon', documents => '[{"doc_type": "soul", "content": "I am T"}]', id_token => 'T')`;
    const instance = randomUUID();
    const beat = `select from public.record_heartbeat('mini', '${instance}', '{}')`;
    const claim = `select agent_key from public.claim_provision_requests('mini', '${instance}', 5, '${randomUUID()}')`;
    for (const sql of [beat, make]) expect(await database.attempt(service, sql, "keep")).toMatchObject({ rows: [{}] });
    expect(await database.attempt(service, claim, "keep")).toEqual({ rows: [{ agent_key: "agent:wren:main" }] });
  },
);

it("what operations.md shows of it is what was tried", () => {
  for (const { says } of Object.values(TABLES)) expect(operations).toContain(says.replace('"ours"', '"…"'));
  expect(NEW_ID).toContain(ADD_KEY);
});
