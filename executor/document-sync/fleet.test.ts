import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { eventually, startExecutorStack } from "../../dev/testing/executor-stack.ts";
import { openSyncScene } from "../../dev/testing/sync-scene.ts";
import { beat } from "../../supabase/tests/road.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let scene: Awaited<ReturnType<typeof openSyncScene>>;
const AGENTS = Array.from({ length: 200 }, (_, index) => `agent-${index}`);
const DOCUMENTS = {
  ...{ soul: "Soul", user: "User", memory_long: "Memory", memory_today: "Today", agents: "Agents" },
  identity: "- Name: Agent\n",
};
const ALL = AGENTS.length * Object.keys(DOCUMENTS).length;

vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  world = await startExecutorStack();
  scene = await openSyncScene(world);
  await beat(world.database);
});
beforeEach(() => scene.addAgents(AGENTS, DOCUMENTS));
afterEach(() => scene.clear());
afterAll(async () => {
  await scene.close();
  await world.stop();
});

const now = () => new Date("2026-11-23T09:00:00");
const PATIENCE = { timeout: 90_000, interval: 100 };
const FILES: Record<string, string> = {
  ...{ soul: "SOUL.md", user: "USER.md", memory_long: "MEMORY.md", memory_today: "memory/2026-11-23.md" },
  ...{ agents: "AGENTS.md", identity: "IDENTITY.md" },
};
const STATE = `select (select count(*)::int from public.brain_doc_versions) as versions,
  (select count(*)::int from public.brain_doc_disk) as files, (select max(synced_at) from public.brain_doc_disk) as "lastSaid",
  (select max(updated_at) from public.brain_docs) as "lastEdited"`;

/** How many documents are on disk as they are. */
async function inStep(): Promise<unknown> {
  const [row] = await world.database.query(
    `select count(*)::int from public.brain_doc_disk as k join public.brain_docs as d on d.id = k.doc_id
     where d.revision = k.revision and d.doc_date is not distinct from k.doc_date and k.sha256 = private.sha256_of(d.content)`,
  );
  return row?.["count"];
}

test("200 agents whose 6 files are all there are in step after 5 calls, and an hour without changes says and writes nothing", async () => {
  for (const agent of AGENTS)
    for (const [type, text] of Object.entries(DOCUMENTS)) await scene.writeAs(agent, FILES[type] ?? "", text);
  const first = scene.start({ now });
  await expect.poll(inStep, PATIENCE).toBe(ALL);
  await eventually(() => expect(scene.callsSince()["list_documents"]).toBe(2));
  // The listing, 500 acknowledgements at a time, and what is still ahead after them.
  expect(scene.callsSince()).toEqual({ list_documents: 2, acknowledge_documents: Math.ceil(ALL / 500) });
  expect(first.counters.documentsWritten).toBe(0);
  await first.stop();

  // Another start finds everything as it is, and so does each look after it.
  const before = await world.database.query(STATE);
  const from = scene.proxy.calls.length;
  scene.start({ now, sweepMs: 100, relistMs: 300, scanMs: 200 });
  await expect.poll(() => scene.callsSince(from)["list_documents"], PATIENCE).toBeGreaterThan(15);
  expect(Object.keys(scene.callsSince(from))).toEqual(["list_documents"]);
  expect(await world.database.query(STATE)).toEqual(before);
});

test("where only the identities are there each other file is written and acknowledged on its own, in one pass", async () => {
  for (const agent of AGENTS) await scene.writeAs(agent, "IDENTITY.md", DOCUMENTS.identity);
  const { counters } = scene.start({ now });
  const written = ALL - AGENTS.length;
  await expect.poll(inStep, PATIENCE).toBe(ALL);
  await eventually(() => expect(scene.callsSince()["list_documents"]).toBe(2));
  expect(scene.callsSince()).toEqual({
    ...{ list_documents: 2, acknowledge_documents: 1 },
    ...{ read_documents: written / 25, acknowledge_document: written },
  });
  expect(counters.documentsWritten).toBe(written);
});
