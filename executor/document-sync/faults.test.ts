import { randomUUID } from "node:crypto";
import { appendFile, cp, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually, startExecutorStack } from "../../dev/testing/executor-stack.ts";
import { firstCalls } from "../../dev/testing/flaky-proxy.ts";
import { openSyncScene } from "../../dev/testing/sync-scene.ts";
import { beat, INSTANCE, MINI, service } from "../../supabase/tests/road.ts";
import { pause } from "../nudge.ts";
import type { FileWatcherOptions } from "./file-watcher.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let scene: Awaited<ReturnType<typeof openSyncScene>>;

beforeAll(async () => {
  world = await startExecutorStack();
  scene = await openSyncScene(world);
});
beforeEach(() => takeOver(INSTANCE));
afterEach(() => scene.clear());
afterAll(async () => {
  await scene.close();
  await world.stop();
});

const IN_STEP = { inStep: true, conflict: false, error: null };
const ricky = () => scene.addAgents(["ricky"], { soul: "I am Ricky", memory_long: "- tea\n" });
const inStep = (type: string, content: string) =>
  eventually(async () => expect(await scene.row("ricky", type)).toMatchObject({ ...IN_STEP, content }));
/** As if whoever works under the id had been silent for long enough. */
async function takeOver(instance: string): Promise<void> {
  await world.database.query("update public.executors set last_seen_at = now() - interval '61 s'");
  await beat(world.database, MINI, service, { instance });
}
/** All that is said of documents. */
const STATE = `select (select jsonb_agg(to_jsonb(d) order by d.id) from public.brain_docs as d) as documents,
  (select jsonb_agg(to_jsonb(v) order by v.id) from public.brain_doc_versions as v) as versions,
  (select jsonb_agg(to_jsonb(k) order by k.doc_id) from public.brain_doc_disk as k) as disk`;
const HELD = "another process works as this executor, documents wait";
const messages = (events: unknown[], msg: string) => events.filter((event) => JSON.stringify(event).includes(msg));

test("an outage is waited out, and what changed meanwhile on both sides is found", async () => {
  await ricky();
  const { events } = scene.start({ sweepMs: 100 });
  await inStep("memory_long", "- tea\n");
  scene.proxy.setFaults(() => "cut");
  await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- meanwhile\n");
  await scene.edit("ricky", "soul", "Meanwhile");
  await eventually(() => expect(messages(events(), "documents wait for the database").length).toBeGreaterThan(2));
  scene.proxy.setFaults(() => "pass");
  await inStep("memory_long", "- tea\n- meanwhile\n");
  await inStep("soul", "Meanwhile");
  expect(await scene.onDisk("ricky", "SOUL.md")).toBe("Meanwhile");
});

test("lost answers to each verb cost nothing but another look", async () => {
  await ricky();
  await scene.writeAs("ricky", "AGENTS.md", "Rules\n");
  await scene.writeAs("ricky", "MEMORY.md", "- tea\n");
  const verbs = ["list", "read", "acknowledge"].map((verb) => `${verb}_documents`);
  const faults = [...verbs, "acknowledge_document", "save_document_from_disk"].map((verb) =>
    firstCalls(`/${verb}`, 1, "lose answer"),
  );
  scene.proxy.setFaults((path) => faults.map((decide) => decide(path)).find((fault) => fault !== "pass") ?? "pass");
  scene.start({ sweepMs: 100 });
  await inStep("soul", "I am Ricky");
  await inStep("memory_long", "- tea\n");
  await inStep("agents", "Rules\n");
  expect(await scene.row("ricky", "agents")).toMatchObject({ versions: 1 });
});

test("a process that ended between a file and its acknowledgement is followed by one that only acknowledges", async () => {
  await ricky();
  scene.proxy.setFaults((path) => (path.endsWith("/acknowledge_document") ? "cut" : "pass"));
  const first = scene.start({ sweepMs: 100 });
  await eventually(async () => expect(await scene.onDisk("ricky", "SOUL.md")).toBe("I am Ricky"));
  await first.stop();
  scene.proxy.setFaults(() => "pass");
  const { counters } = scene.start({ sweepMs: 100 });
  await inStep("soul", "I am Ricky");
  await inStep("memory_long", "- tea\n");
  expect(counters.documentsWritten).toBeLessThan(2);
});

test("what a killed write displaced is kept before anything is said of a file that holds its document", async () => {
  await ricky();
  await scene.writeAs("ricky", "SOUL.md", "I am Ricky");
  await scene.writeAs("ricky", ".SOUL.md.hatchery-displaced", "Saved in that moment");
  scene.start();
  await inStep("soul", "I am Ricky");
  expect(await scene.row("ricky", "soul")).toMatchObject({ versions: 2 });
  expect(await scene.onDisk("ricky", ".SOUL.md.hatchery-displaced")).toBe(null);
});

test("acknowledgements that are refused together are said one by one", async () => {
  await ricky();
  await scene.writeAs("ricky", "SOUL.md", "I am Ricky");
  await scene.writeAs("ricky", "MEMORY.md", "- tea\n");
  scene.proxy.setFaults((path) =>
    path.endsWith("/acknowledge_documents")
      ? { status: 400, body: JSON.stringify({ code: "23514", message: "One is none" }) }
      : "pass",
  );
  scene.start();
  await inStep("soul", "I am Ricky");
  await inStep("memory_long", "- tea\n");
});

test("what one document does to the database keeps no other waiting", async () => {
  await ricky();
  scene.proxy.setFaults((path, body) =>
    path.endsWith("/save_document_from_disk") && body.includes("Poison")
      ? { status: 500, body: JSON.stringify({ code: "XX000", message: "It broke" }) }
      : "pass",
  );
  const { sync } = scene.start();
  await inStep("soul", "I am Ricky");
  await scene.writeAs("ricky", "SOUL.md", "Poison");
  await eventually(async () => expect(await scene.row("ricky", "soul")).toMatchObject({ error: "internal" }));
  await scene.edit("ricky", "memory_long", "- goes on\n");
  sync.nudge();
  await inStep("memory_long", "- goes on\n");
});

test("an agent that is removed while its files are written keeps no other waiting", async () => {
  await ricky();
  await scene.addAgents(["rosa"], { soul: "I am Rosa" });
  const remove = async (answer: Buffer) => {
    for (const table of ["brain_docs", "agents"])
      await world.database.query(`delete from public.${table} where agent_key = 'agent:rosa:main'`);
    return answer;
  };
  scene.proxy.setFaults(firstCalls("/read_documents", 1, { answer: remove }));
  const { events } = scene.start();
  await inStep("soul", "I am Ricky");
  await scene.edit("ricky", "soul", "And so I stay");
  await eventually(() => expect(scene.callsSince()["list_documents"]).toBeGreaterThan(2));
  await inStep("memory_long", "- tea\n");
  expect(messages(events(), "documents wait for the database")).toEqual([]);
  expect(messages(events(), "cannot be put in step")).toEqual([]);
});

test.each([
  ["gets no answer", "cut"],
  ["is refused by something on the way", { status: 403, body: "<html>Forbidden</html>" }],
] as const)("a text that %s keeps no other waiting, and comes in when it can", async (_, fault) => {
  await ricky();
  await scene.writeAs("ricky", "SOUL.md", "I am Ricky");
  await scene.writeAs("ricky", "MEMORY.md", "- tea\n");
  const { sync } = scene.start({ sweepMs: 100, relistMs: 300 });
  await inStep("memory_long", "- tea\n");
  scene.proxy.setFaults((path) => (path.endsWith("/save_document_from_disk") ? fault : "pass"));
  await scene.writeAs("ricky", "AGENTS.md", "Rules\n");
  await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- coffee\n");
  await eventually(async () =>
    expect(await scene.row("ricky", "memory_long")).toMatchObject({ content: "- tea\n", error: "document_not_sent" }),
  );
  await scene.edit("ricky", "soul", "Edited meanwhile");
  sync.nudge();
  await inStep("soul", "Edited meanwhile");
  expect(await scene.onDisk("ricky", "SOUL.md")).toBe("Edited meanwhile");
  scene.proxy.setFaults(() => "pass");
  await inStep("memory_long", "- tea\n- coffee\n");
  await inStep("agents", "Rules\n");
});

test("a refused key is shown rarely, and a new one brings everything into step", async () => {
  await ricky();
  const refusal = {
    status: 403,
    body: JSON.stringify({ message: "No", details: JSON.stringify({ code: "forbidden" }) }),
  };
  scene.proxy.setFaults(() => refusal);
  const { sync, events } = scene.start({ sweepMs: 50 });
  await eventually(() => expect(messages(events(), "documents wait for the database")).toHaveLength(1));
  for (let ring = 0; ring < 10; ring += 1) {
    sync.nudge();
    await pause(50);
  }
  expect(scene.proxy.calls).toHaveLength(1);
});

test("while another process works under the id nothing is asked or written, and after it everything is", async () => {
  await ricky();
  let isWorking = false;
  const { sync } = scene.start({ sweepMs: 50, isWorking: () => isWorking });
  sync.nudge();
  await pause(300);
  expect(scene.proxy.calls).toEqual([]);
  expect(await scene.onDisk("ricky", "SOUL.md")).toBe(null);
  isWorking = true;
  sync.relist();
  await inStep("soul", "I am Ricky");
});

test("one that slept while another took over brings in nothing of its old disk, and carries on when its turn comes again", async () => {
  await ricky();
  const old = join(await world.newHome(), ".openclaw");
  await scene.writeAs("ricky", "SOUL.md", "I am Ricky");
  const copy = () => cp(scene.pathOf("ricky", "."), join(old, "workspace-ricky"), { recursive: true });
  await copy();
  const first = scene.start({ sweepMs: 50, workspaceRoot: old });
  await inStep("memory_long", "- tea\n");
  await inStep("soul", "I am Ricky");

  const instance = randomUUID();
  await takeOver(instance);
  await copy();
  const queue = world.queue({ url: scene.proxy.url, instanceId: instance });
  const second = scene.start({ sweepMs: 50, queue });
  await scene.edit("ricky", "soul", "I am Ricky, and awake");
  second.sync.nudge();
  await inStep("soul", "I am Ricky, and awake");
  await second.stop();
  const state = () => world.database.query(STATE);
  const before = await state();

  // It has not heard of it yet: a text in step that its file does not say any more is a change, and a new file a document.
  await writeFile(join(old, "workspace-ricky", "MEMORY.md"), "- older\n");
  await writeFile(join(old, "workspace-ricky", "AGENTS.md"), "Older\n");
  const from = scene.proxy.calls.length;
  first.sync.relist();
  await eventually(() => expect(scene.callsSince(from)["list_documents"]).toBeGreaterThan(2));
  expect(await state()).toEqual(before);
  expect(messages(first.events(), HELD).length).toBeGreaterThan(0);
  expect(messages(first.events(), "documents wait for the database")).toEqual([]);
  expect(messages(first.events(), "cannot be put in step")).toEqual([]);

  await takeOver(INSTANCE);
  first.sync.relist();
  await inStep("agents", "Older\n");
  // A text of its disk that the document had once is not a change of what the other machine has acknowledged.
  await inStep("soul", "I am Ricky, and awake");
  expect(await readFile(join(old, "workspace-ricky", "SOUL.md"), "utf8")).toBe("I am Ricky, and awake");
  await eventually(async () =>
    expect(await scene.row("ricky", "memory_long")).toMatchObject({ content: "- tea\n", conflict: true }),
  );
});

test("one that is replaced in the middle of a look ends it there, and tells of no document that something is wrong with it", async () => {
  await ricky();
  const replace = async (answer: Buffer) => {
    await takeOver(randomUUID());
    return answer;
  };
  scene.proxy.setFaults(firstCalls("/read_documents", 1, { answer: replace }));
  const { events, sync } = scene.start({ sweepMs: 50 });
  await eventually(() => expect(messages(events(), HELD).length).toBeGreaterThan(1));
  expect(await world.database.query("select from public.brain_doc_disk")).toEqual([]);
  expect(scene.callsSince()["report_document_error"]).toBeUndefined();
  await takeOver(INSTANCE);
  sync.relist();
  await inStep("soul", "I am Ricky");
});

test("where no events are to be had each sweep looks at the files, and the log says so once", async () => {
  await ricky();
  let broken = 0;
  const { events } = scene.start({
    sweepMs: 50,
    createWatcher: ({ onBroken }: FileWatcherOptions) => ({
      follow() {
        broken += 1;
        onBroken(Object.assign(new Error("No room for more watches"), { code: "ENOSPC" }));
      },
      close: () => Promise.resolve(),
    }),
  });
  await inStep("memory_long", "- tea\n");
  await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- found\n");
  await inStep("memory_long", "- tea\n- found\n");
  await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- again\n");
  await inStep("memory_long", "- tea\n- found\n- again\n");
  expect(messages(events(), "changes of files bring no events here")).toHaveLength(1);
  expect(broken).toBe(1);
});

test("a watcher that broke is followed by another one, which is said when it works and when it breaks, and nothing is lost between", async () => {
  await ricky();
  const watchers: FileWatcherOptions[] = [];
  const full = () => Object.assign(new Error("No room for more watches"), { code: "EMFILE" });
  const { events } = scene.start({
    ...{ sweepMs: 50, relistMs: 300 },
    createWatcher: (watcher) => {
      watchers.push(watcher);
      return {
        // The second one has no room either.
        follow: () => void (watchers.length < 3 && watcher.onBroken(full())),
        close: () => Promise.resolve(),
      };
    },
  });
  const works = () => messages(events(), "changes of files bring events again");
  const breaks = () => messages(events(), "changes of files bring no events here");
  await inStep("memory_long", "- tea\n");
  await eventually(() => expect(works()).toHaveLength(1));
  expect(watchers).toHaveLength(3);
  expect(breaks()).toHaveLength(1);
  watchers.at(-1)?.onBroken(full());
  await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- between\n");
  await inStep("memory_long", "- tea\n- between\n");
  await eventually(() => expect(works()).toHaveLength(2));
  expect(breaks()).toHaveLength(2);
  await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- after\n");
  watchers.at(-1)?.onChange(scene.pathOf("ricky", "."), "MEMORY.md");
  await inStep("memory_long", "- tea\n- between\n- after\n");
});

test("polling asks for no events, and a change that keeps size and time is found as well", async () => {
  await ricky();
  scene.start({
    ...{ watch: "polling", sweepMs: 50 },
    createWatcher: () => {
      throw new Error("Nobody may watch");
    },
  });
  await inStep("memory_long", "- tea\n");
  const path = scene.pathOf("ricky", "MEMORY.md");
  for (const text of ["- ham\n", "- jam\n"]) {
    await utimes(path, 1000, 1000);
    await pause(200);
    await writeFile(path, text);
    await utimes(path, 1000, 1000);
    await inStep("memory_long", text);
  }
});

test("a change of which no event told is found by the scan", async () => {
  await ricky();
  scene.start({
    scanMs: 100,
    createWatcher: () => ({ follow: () => undefined, close: () => Promise.resolve() }),
  });
  await inStep("memory_long", "- tea\n");
  await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- found\n");
  await inStep("memory_long", "- tea\n- found\n");
});
