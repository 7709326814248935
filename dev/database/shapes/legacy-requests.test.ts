import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Caller } from "../../testing/test-database.ts";
import { migrate } from "../migrate.ts";
import { chapterNames, makeChapterFolder } from "./chapter-folder.ts";
import { createShape, type Row, type ShapeDatabase } from "./shape-database.ts";
import { OLD_SHAPES } from "./shapes.ts";

const service: Caller = { role: "service_role" };
/** Waiting since February. */
const RICKY = "10000000-0000-4000-8000-000000000001";

/** As the function or an executor would, and kept; throws when it is refused. */
async function run(database: ShapeDatabase, sql: string): Promise<Row[]> {
  const outcome = await database.attempt(service, sql, "keep");
  if ("refused" in outcome) throw new Error(`${outcome.refused} to ${sql}`);
  return outcome.rows;
}

const INSTANCE = randomUUID();
const beat = `select * from public.record_heartbeat('mini', '${INSTANCE}', '{}')`;
const claim = () =>
  `select agent_key, display_name from public.claim_provision_requests('mini', '${INSTANCE}', 50, '${randomUUID()}')`;

describe.for(OLD_SHAPES)("on %s", (shape) => {
  let database: ShapeDatabase;
  beforeAll(async () => {
    database = await createShape(shape);
    await migrate(database.url);
    await run(database, beat);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it("what waited for the older worker never runs", async () => {
    expect(await run(database, claim())).toEqual([]);
  });

  it("what expired may be retried, and runs then", async () => {
    await run(database, `select public.retry_request('${RICKY}', 'anon')`);
    expect(await run(database, claim())).toEqual([{ agent_key: "agent:ricky:main", display_name: "Ricky" }]);
  });

  it("a new agent is made and its request claimed, beside the old ones", async () => {
    await run(
      database,
      `select public.create_agent(
         project_id => 'front-office', agent_id_short => 'wren', display_name => 'Wren', emoji => '🐦', role_short => '',
         requested_by => 'anon', documents => '[{"doc_type": "soul", "content": "I am T"}]', id_token => 'T'
       )`,
    );
    expect(await run(database, claim())).toEqual([{ agent_key: "agent:wren:main", display_name: "Wren" }]);
    expect(
      await database.query(
        "select status, requested_at is not null as dated from public.agent_provision_requests where display_name = 'Wren'",
      ),
    ).toEqual([{ status: "running", dated: true }]);
  });
});

it.for(["queued", "running"])("two %s requests of one agent that each carry an end are expired too", async (status) => {
  await using database = await createShape("M");
  const twice = `('front-office', 'agent:otto:main', 'otto', 'Otto', '${status}', now() - interval '9 months')`;
  await database.query(`insert into public.agent_provision_requests
    (project_id, agent_key, agent_id_short, display_name, status, completed_at) values ${twice}, ${twice}`);
  await migrate(database.url);
  expect(
    await database.query(
      "select status, result ->> 'code' as code from public.agent_provision_requests where agent_key = 'agent:otto:main'",
    ),
  ).toEqual([
    { status: "error", code: "expired" },
    { status: "error", code: "expired" },
  ]);
});

it("what was sent round again with an end on it never runs, also where the first chapters came before one was added", async () => {
  await using database = await createShape("M");
  await database.query(`insert into public.agent_provision_requests
    (project_id, agent_key, agent_id_short, display_name, status, completed_at)
    values ('front-office', 'agent:otto:main', 'otto', 'Otto', 'queued', now() - interval '9 months')`);
  await using folder = await makeChapterFolder();
  const names = await chapterNames();
  for (const name of names.slice(1, 13)) await folder.add(name);
  await migrate(database.url, { directory: folder.directory });
  await migrate(database.url);
  await run(database, beat);
  expect(await run(database, claim())).toEqual([]);
  expect(
    await database.query(
      "select status, result ->> 'code' as code from public.agent_provision_requests where agent_key = 'agent:otto:main'",
    ),
  ).toEqual([{ status: "error", code: "expired" }]);
});
