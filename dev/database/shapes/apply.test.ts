import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../../testing/test-database.ts";
import { applyTwice } from "./apply-twice.ts";
import { chapterNames } from "./chapter-folder.ts";
import { readGrants } from "./grants.ts";
import { SHAPES } from "./shapes.ts";
import { changedRows } from "./table-rows.ts";

/** Legacy requests that were open: see rows/requests.sql. */
const OPEN = [1, 2, 3, 4, 5].map((n) => `10000000-0000-4000-8000-00000000000${n}`);

const CHANGED = ["constraint brain_docs.brain_docs_doc_type_check", "grants agent_provision_requests"];
/** The table without rules gets row level security, and the defaults that whoever asks for an agent relies on. */
const CHANGED_BARE = [
  "column agent_provision_requests.requested_at",
  "column agent_provision_requests.status",
  ...CHANGED,
  "table agent_provision_requests",
];

const EXPECTED = {
  empty: { open: [], changed: [] },
  M: { open: OPEN, changed: CHANGED },
  L: { open: OPEN, changed: CHANGED },
  bare: { open: [...OPEN, "10000000-0000-4000-8000-000000000021"], changed: CHANGED_BARE },
} as const;

/** Policies that the chapters may add to tables that were there; they make it the one queue that everybody knows. */
const ADDED_POLICIES = [
  "insert_client",
  "insert_waiting_agent",
  "select_anon",
  "select_authenticated",
  "select_open",
].map((name) => `policy agent_provision_requests.agent_provision_requests_${name}`);

/** Policies that only take away: every table of ours asks them besides its own. */
const RESTRICTIVE_POLICIES = [
  "activities",
  "agent_provision_requests",
  "agent_status",
  "agents",
  "brain_docs",
  "projects",
].flatMap((table) =>
  ["delete", "insert", "select", "update"].map((verb) => `policy ${table}.${table}_${verb}_members`),
);

/** What Realtime carries afterwards, besides what it carried before. */
const CARRIED = [
  "agent_provision_requests",
  "agent_status",
  "agents",
  "brain_doc_disk",
  "brain_docs",
  "executor_runtime",
  "executors",
];

/** What these tables are to the chapters: theirs to extend, and theirs to rule. */
const isOldTable = (thing: string) => /^public\.(projects|agents|agent_status|brain_docs|activities)($|\.)/.test(thing);
const isRequests = (thing: string) => /^public\.agent_provision_requests($|\.)/.test(thing);

const chapters = await chapterNames();
const printed: Record<string, string | number>[] = [];
let fresh: Map<string, string | null>;
beforeAll(async () => {
  const database = await createTestDatabase("new");
  fresh = await readGrants(database);
  await database.drop();
});
afterAll(() => console.table(printed));

describe.for(SHAPES)("on %s", (shape) => {
  let seen: Awaited<ReturnType<typeof applyTwice>>;
  let changed: string[];
  beforeAll(async () => {
    seen = await applyTwice(shape);
    changed = Object.entries(seen.before.rows).flatMap(([table, rows]) =>
      changedRows(rows, seen.after.rows[table]).map((id) => `${table} ${id}`),
    );
  });

  const things = (kind: string, catalog: Record<string, unknown>) =>
    Object.keys(catalog)
      .filter((thing) => thing.startsWith(`${kind} `))
      .sort();

  it("every chapter applies, and the second time none, which changes nothing at all", () => {
    expect(seen.applied).toEqual(chapters);
    expect(seen.again).toEqual([]);
    expect(seen.twice).toEqual(seen.once);
  });

  it("no row is lost, none is added, and none changes but the legacy requests that were open", () => {
    const counts = (rows: typeof seen.before.rows) => Object.entries(rows).map(([table, { size }]) => [table, size]);
    expect(counts(seen.after.rows)).toEqual(counts(seen.before.rows));
    expect(changed).toEqual(EXPECTED[shape].open.map((id) => `agent_provision_requests ${id}`));
    expect(seen.expired).toEqual(EXPECTED[shape].open);
  });

  it("every policy stays as it was, and no table gets one that opens it further, but for the queue", () => {
    const policies = things("policy", seen.before.catalog);
    const kept = policies.filter((thing) => seen.after.catalog[thing] === seen.before.catalog[thing]);
    printed.push({
      shape,
      tables: Object.keys(seen.before.rows).length,
      rows: Object.values(seen.before.rows).reduce((sum, rows) => sum + rows.size, 0),
      "rows changed": changed.length,
      "legacy requests expired": seen.expired.length,
      "policies before": policies.length,
      kept: kept.length,
      "chapters applied": seen.applied.length,
      "applied again": seen.again.length,
    });
    expect(kept).toEqual(policies);
    const old = Object.keys(seen.before.rows);
    const added = things("policy", seen.after.catalog).filter((thing) => !policies.includes(thing));
    expect(added.filter((thing) => old.some((table) => thing.startsWith(`policy ${table}.`)))).toEqual(
      shape === "empty" ? [] : [...ADDED_POLICIES, ...RESTRICTIVE_POLICIES].sort(),
    );
    // What readCatalog shows of a policy: its command, and whether it is permissive.
    for (const thing of RESTRICTIVE_POLICIES) expect(seen.after.catalog[thing], thing).toMatch(/^\([arwd],f,/);
  });

  it("of what stood there only what must change has changed, and tables of others got nothing new", () => {
    const { before, after } = seen;
    const differs = Object.keys(before.catalog).filter((thing) => after.catalog[thing] !== before.catalog[thing]);
    expect(differs.sort()).toEqual(EXPECTED[shape].changed);
    const added = Object.keys(after.catalog).filter((thing) => !(thing in before.catalog));
    expect(added.filter((thing) => /tasks|chat_messages|cron_jobs/.test(thing))).toEqual([]);
  });

  it("Realtime carries what it must, and still what it carried", () => {
    const carried = things("published", seen.before.catalog).map((thing) => thing.split(".")[1]);
    expect(things("published", seen.after.catalog).map((thing) => thing.split(".")[1])).toEqual(
      [...new Set([...carried, ...CARRIED])].sort(),
    );
  });

  it("what the chapters make is granted as on a new database, and what stood there as before", () => {
    const { before, after } = seen;
    const made = [...after.grants].filter(
      ([thing]) => isRequests(thing) || (!before.grants.has(thing) && !isOldTable(thing)),
    );
    expect(Object.fromEntries(made)).toEqual(Object.fromEntries([...fresh].filter(([thing]) => !isOldTable(thing))));
    const others = [...before.grants].filter(([thing]) => !isRequests(thing));
    expect(others.map(([thing]) => [thing, after.grants.get(thing)])).toEqual(others);
  });
});
