import { afterAll, beforeAll, expect, test } from "vitest";
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

beforeAll(async () => {
  world = await startExecutorStack();
  scene = await openSyncScene(world);
  await beat(world.database);
  await scene.addAgents(AGENTS, DOCUMENTS);
  for (const agent of AGENTS) await scene.writeAs(agent, "IDENTITY.md", DOCUMENTS.identity);
});
afterAll(async () => {
  await scene.clear();
  await scene.close();
  await world.stop();
});

const STATE = `select (select count(*)::int from public.brain_doc_versions) as versions,
  (select count(*)::int from public.brain_doc_disk) as files, (select max(synced_at) from public.brain_doc_disk) as "lastSaid",
  (select max(updated_at) from public.brain_docs) as "lastEdited"`;

test("200 agents with 6 documents are in step after one pass, and an hour without changes says and writes nothing", {
  timeout: 120_000,
}, async () => {
  const first = scene.start({ now: () => new Date("2026-11-23T09:00:00") });
  const patience = { timeout: 90_000, interval: 100 };
  await expect.poll(() => scene.callsSince()["acknowledge_document"], patience).toBe(ALL);
  await eventually(() => expect(scene.callsSince()["list_documents"]).toBe(2));
  // The listing, what is still ahead after it, and the documents, 25 at a time.
  expect(scene.callsSince()).toEqual({ list_documents: 2, read_documents: ALL / 25, acknowledge_document: ALL });
  expect(first.counters.documentsWritten).toBe(ALL - AGENTS.length);
  const counted = await world.database.query(
    "select count(*)::int from public.brain_doc_disk as k join public.brain_docs as d on d.id = k.doc_id and d.revision = k.revision",
  );
  expect(counted).toEqual([{ count: ALL }]);
  await first.stop();

  // Another start finds everything as it is, and so does each look after it.
  const before = await world.database.query(STATE);
  const from = scene.proxy.calls.length;
  scene.start({ now: () => new Date("2026-11-23T09:00:00"), sweepMs: 100, relistMs: 300, scanMs: 200 });
  await expect.poll(() => scene.callsSince(from)["list_documents"], patience).toBeGreaterThan(15);
  expect(Object.keys(scene.callsSince(from))).toEqual(["list_documents"]);
  expect(await world.database.query(STATE)).toEqual(before);
});
