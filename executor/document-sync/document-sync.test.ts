import { appendFile, rm, stat, symlink } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually, startExecutorStack } from "../../dev/testing/executor-stack.ts";
import { openSyncScene } from "../../dev/testing/sync-scene.ts";
import { beat, create } from "../../supabase/tests/road.ts";
import { pause } from "../nudge.ts";
import type { DocumentSync } from "./document-sync.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let scene: Awaited<ReturnType<typeof openSyncScene>>;

beforeAll(async () => {
  world = await startExecutorStack();
  scene = await openSyncScene(world);
  await beat(world.database);
});
afterEach(() => scene.clear());
afterAll(async () => {
  await scene.close();
  await world.stop();
});

const IN_STEP = { inStep: true, conflict: false, error: null };
const ricky = (documents: Record<string, string> = { soul: "I am Ricky", memory_long: "- tea\n" }) =>
  scene.addAgents(["ricky"], documents);
const inStep = (type: string, content: string) =>
  eventually(async () => expect(await scene.row("ricky", type)).toMatchObject({ ...IN_STEP, content }));

/** Two listings are asked for only when the look after the first one is over. */
async function listedAgain(sync: DocumentSync): Promise<void> {
  for (const _ of [1, 2]) {
    const from = scene.proxy.calls.length;
    sync.relist();
    // By the sweep that follows each look at all.
    await eventually(() => expect(scene.callsSince(from)["list_documents"]).toBeGreaterThan(1));
  }
}

describe("out", () => {
  test("what was typed while no executor ran is on disk after its start", async () => {
    await ricky();
    await scene.edit("ricky", "soul", "I am Ricky, and I like tea");
    scene.start();
    await inStep("soul", "I am Ricky, and I like tea");
    await inStep("memory_long", "- tea\n");
    expect(await scene.onDisk("ricky", "SOUL.md")).toBe("I am Ricky, and I like tea");
    expect(await scene.onDisk("ricky", "MEMORY.md")).toBe("- tea\n");
  });

  test("a nudge brings what was typed at once, and without any the next sweep does", async () => {
    await ricky();
    const { sync, stop, counters } = scene.start();
    await inStep("soul", "I am Ricky");
    await eventually(() => expect(scene.callsSince()).toMatchObject({ list_documents: 2, acknowledge_document: 2 }));
    const from = scene.proxy.calls.length;
    await scene.edit("ricky", "soul", "Nudged");
    sync.nudge();
    await inStep("soul", "Nudged");
    // The event of its own writing comes, and asks for nothing.
    await pause(1000);
    expect(scene.callsSince(from)).toEqual({ list_documents: 2, read_documents: 1, acknowledge_document: 1 });
    expect(counters).toMatchObject({ documentsWritten: 3, documentsSaved: 0, documentConflicts: 0 });
    await stop();
    scene.start({ sweepMs: 50 });
    await eventually(() => expect(scene.callsSince()["list_documents"]).toBeGreaterThan(6));
    await scene.edit("ricky", "soul", "Swept");
    await inStep("soul", "Swept");
    expect(await scene.onDisk("ricky", "SOUL.md")).toBe("Swept");
  });

  test("an agent that came is looked after, and nothing is written for one that went", async () => {
    await ricky();
    const { sync } = scene.start();
    await inStep("soul", "I am Ricky");
    await scene.addAgents(["rosa"], { memory_long: "" });
    sync.relist();
    await eventually(async () => expect(await scene.onDisk("rosa", "MEMORY.md")).toBe(""));
    await appendFile(scene.pathOf("rosa", "MEMORY.md"), "- coffee\n");
    await eventually(async () =>
      expect(await scene.row("rosa", "memory_long")).toMatchObject({ content: "- coffee\n" }),
    );
    await world.database.query("delete from public.brain_docs where agent_key = 'agent:rosa:main'");
    await world.database.query("delete from public.agents where agent_key = 'agent:rosa:main'");
    await scene.writeAs("rosa", "MEMORY.md", "- nobody asks\n");
    await scene.edit("ricky", "soul", "I am still here");
    sync.nudge();
    await inStep("soul", "I am still here");
    expect(await world.database.query("select from public.brain_docs where agent_key = 'agent:rosa:main'")).toEqual([]);
  });
});

test("of large texts few are asked for at once", async () => {
  const LARGE = "x".repeat(1024 * 1024);
  await scene.addAgents(["a", "b", "c"], { soul: LARGE, user: LARGE, memory_long: LARGE });
  const answers: number[] = [];
  const weigh = async (answer: Buffer) => {
    answers.push(answer.length);
    return answer;
  };
  scene.proxy.setFaults((path) => (path.endsWith("/read_documents") ? { answer: weigh } : "pass"));
  const { counters } = scene.start();
  await eventually(() => expect(counters.documentsWritten).toBe(9));
  expect(Math.max(...answers)).toBeLessThan(1.1 * LARGE.length);
});

describe("back", () => {
  test("a line that an agent appends becomes the document, and comes back as no change", async () => {
    await ricky();
    const { counters } = scene.start();
    await inStep("memory_long", "- tea\n");
    await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- milk\n");
    const { ino } = await stat(scene.pathOf("ricky", "MEMORY.md"));
    await inStep("memory_long", "- tea\n- milk\n");
    const calls = scene.proxy.calls.length;
    await pause(1200);
    expect(scene.proxy.calls.length).toBe(calls);
    expect((await stat(scene.pathOf("ricky", "MEMORY.md"))).ino).toBe(ino);
    expect(await scene.row("ricky", "memory_long")).toMatchObject({ versions: 2 });
    expect(counters).toMatchObject({ documentsWritten: 2, documentsSaved: 1 });
  });

  test("many writes in a row are one version", async () => {
    await ricky();
    scene.start();
    await inStep("memory_long", "- tea\n");
    for (const line of ["one", "two", "three"]) {
      await appendFile(scene.pathOf("ricky", "MEMORY.md"), `- ${line}\n`);
      await pause(100);
    }
    await inStep("memory_long", "- tea\n- one\n- two\n- three\n");
    expect(await scene.row("ricky", "memory_long")).toMatchObject({ versions: 2 });
  });

  test("an agent can take back its own line", async () => {
    await ricky();
    scene.start();
    await inStep("memory_long", "- tea\n");
    await scene.writeAs("ricky", "MEMORY.md", "- tea\n- milk\n");
    await inStep("memory_long", "- tea\n- milk\n");
    await scene.writeAs("ricky", "MEMORY.md", "- tea\n");
    await inStep("memory_long", "- tea\n");
  });

  test("files that OpenClaw has made become documents", async () => {
    await ricky();
    await scene.writeAs("ricky", "AGENTS.md", "Rules\n");
    scene.start();
    await inStep("agents", "Rules\n");
    await scene.writeAs("ricky", "IDENTITY.md", "- Name: Ricky\n");
    await inStep("identity", "- Name: Ricky\n");
    await rm(scene.pathOf("ricky", "IDENTITY.md"));
    await scene.writeAs("ricky", "AGENTS.md", "More rules\n");
    await inStep("agents", "More rules\n");
    expect(await scene.onDisk("ricky", "IDENTITY.md")).toBe(null);
  });

  test("what changed on disk while no executor ran becomes the document at its start", async () => {
    await ricky();
    const { stop } = scene.start();
    await inStep("memory_long", "- tea\n");
    await stop();
    await appendFile(scene.pathOf("ricky", "MEMORY.md"), "- at night\n");
    scene.start();
    await inStep("memory_long", "- tea\n- at night\n");
  });
});

describe("both sides", () => {
  test("what changed on both while no executor ran is a conflict, and what it is settled with is written", async () => {
    await ricky();
    const first = scene.start();
    await inStep("soul", "I am Ricky");
    await first.stop();
    await scene.edit("ricky", "soul", "Typed");
    await scene.writeAs("ricky", "SOUL.md", "Written");
    const { sync, counters } = scene.start({ sweepMs: 50 });
    await eventually(async () => expect(await scene.row("ricky", "soul")).toMatchObject({ conflict: true }));
    sync.relist();
    await eventually(() => expect(scene.callsSince()["list_documents"]).toBeGreaterThan(8));
    expect(await scene.row("ricky", "soul")).toMatchObject({ conflict: true, content: "Typed" });
    expect(await scene.onDisk("ricky", "SOUL.md")).toBe("Written");
    expect(counters.documentConflicts).toBe(1);
    await world.database.query(
      `select public.resolve_document('front-office', 'agent:ricky:main', 'soul', 'Both', d.revision, k.conflict_version, 'me')
       from public.brain_docs as d join public.brain_doc_disk as k on k.doc_id = d.id where d.doc_type = 'soul'`,
    );
    await inStep("soul", "Both");
    expect(await scene.onDisk("ricky", "SOUL.md")).toBe("Both");
  });
});

describe("daily notes", () => {
  const day = (date: string) => () => new Date(`${date}T09:00:00`);

  test("the note of a new day takes the place of yesterday's, whose file stays", async () => {
    await ricky({ memory_today: "Monday" });
    let now = day("2026-11-23");
    scene.start({ now: () => now(), sweepMs: 50 });
    await inStep("memory_today", "Monday");
    expect(await scene.onDisk("ricky", "memory/2026-11-23.md")).toBe("Monday");
    now = day("2026-11-24");
    await scene.writeAs("ricky", "memory/2026-11-24.md", "Tuesday");
    await inStep("memory_today", "Tuesday");
    expect(await scene.row("ricky", "memory_today")).toMatchObject({ day: "2026-11-24" });
    await scene.writeAs("ricky", "memory/2026-11-23.md", "Monday, later");
    await scene.writeAs("ricky", "memory/2026-11-24.md", "Tuesday, later");
    await inStep("memory_today", "Tuesday, later");
    expect(await scene.onDisk("ricky", "memory/2026-11-23.md")).toBe("Monday, later");
  });

  test("a first note becomes the document", async () => {
    await ricky();
    scene.start({ now: day("2026-11-23") });
    await inStep("soul", "I am Ricky");
    await scene.writeAs("ricky", "memory/2026-11-23.md", "Monday");
    await inStep("memory_today", "Monday");
  });
});

describe("the main agent", () => {
  test("gets what is typed, and its files are looked at only when that is wished", async () => {
    await scene.addAgents(["main"], { soul: "Trunks" });
    const careful = scene.start({ sweepMs: 50 });
    await eventually(async () => expect(await scene.onDisk("main", "SOUL.md")).toBe("Trunks"));
    await scene.writeAs("main", "SOUL.md", "By its own program");
    careful.sync.relist();
    const from = scene.proxy.calls.length;
    await eventually(() => expect(scene.callsSince(from)["list_documents"]).toBeGreaterThan(20));
    expect(await scene.row("main", "soul")).toMatchObject({ content: "Trunks" });
    await careful.stop();
    scene.start({ watchMain: true });
    await eventually(async () =>
      expect(await scene.row("main", "soul")).toMatchObject({ content: "By its own program" }),
    );
    await scene.writeAs("main", "SOUL.md", "And again");
    await eventually(async () => expect(await scene.row("main", "soul")).toMatchObject({ content: "And again" }));
  });
});

describe("the main agent in a folder of its own choosing", () => {
  test("is not written for in the place where it would usually be, and its row says so", async () => {
    await scene.addAgents(["main"], { soul: "Trunks" });
    await world.database.query("update public.agents set workspace_path = '/tmp' where agent_key = 'agent:main:main'");
    scene.start();
    await eventually(async () =>
      expect(await scene.row("main", "soul")).toMatchObject({ error: "workspace_elsewhere" }),
    );
    expect(await scene.onDisk("main", "SOUL.md")).toBe(null);
    await world.database.query("update public.agents set workspace_path = $1 where agent_key = 'agent:main:main'", [
      scene.pathOf("main", "."),
    ]);
    await scene.edit("main", "soul", "Trunks is here");
    scene.start();
    await eventually(async () => expect(await scene.onDisk("main", "SOUL.md")).toBe("Trunks is here"));
  });
});

describe("what a file can do", () => {
  test("a link in its place is told on its row once, holds up no other, and is taken back when it is gone", async () => {
    await ricky();
    const { sync, events } = scene.start({ sweepMs: 50 });
    await inStep("soul", "I am Ricky");
    await rm(scene.pathOf("ricky", "SOUL.md"));
    await symlink("/etc/hostname", scene.pathOf("ricky", "SOUL.md"));
    await eventually(async () => expect(await scene.row("ricky", "soul")).toMatchObject({ error: "workspace_unsafe" }));
    sync.relist();
    await scene.edit("ricky", "memory_long", "- goes on\n");
    await inStep("memory_long", "- goes on\n");
    expect(scene.callsSince()["report_document_error"]).toBe(1);
    expect(events()).toContainEqual(expect.objectContaining({ msg: "a document and its file cannot be put in step" }));
    await rm(scene.pathOf("ricky", "SOUL.md"));
    await scene.writeAs("ricky", "SOUL.md", "I am Ricky");
    await inStep("soul", "I am Ricky");
  });

  test("one that can be no document is said once, and again when it could be read meanwhile or its agent was away", async () => {
    await ricky();
    const { sync, events } = scene.start({ sweepMs: 50 });
    const said = () =>
      events().filter((event) => JSON.stringify(event).includes("a file that cannot become a document"));
    await inStep("soul", "I am Ricky");
    const path = scene.pathOf("ricky", "AGENTS.md");
    await symlink("/etc/hostname", path);
    sync.relist();
    await eventually(() => expect(said()).toHaveLength(1));
    await listedAgain(sync);
    expect(said()).toHaveLength(1);
    await rm(path);
    await listedAgain(sync);
    await symlink("/etc/hostname", path);
    sync.relist();
    await eventually(() => expect(said()).toHaveLength(2));
    await world.database.query("update public.agents set provisioned = false");
    await listedAgain(sync);
    await world.database.query("update public.agents set provisioned = true");
    sync.relist();
    await eventually(() => expect(said()).toHaveLength(3));
  });

  test("a workspace that is gone is told on each row, and tried again when something is typed", async () => {
    await ricky();
    await rm(scene.pathOf("ricky", "."), { recursive: true });
    const { sync } = scene.start();
    await eventually(async () => {
      expect(await scene.row("ricky", "soul")).toMatchObject({ error: "workspace_missing" });
      expect(await scene.row("ricky", "memory_long")).toMatchObject({ error: "workspace_missing" });
    });
    await scene.writeAs("ricky", "other.md", "");
    await scene.edit("ricky", "soul", "Back");
    sync.nudge();
    await inStep("soul", "Back");
  });
});

test("an agent that does not live yet is left to its request", async () => {
  await create(world.database);
  expect((await world.database.query("select provisioned from public.agents"))[0]).toMatchObject({
    provisioned: false,
  });
  scene.start({ sweepMs: 50 });
  await eventually(() => expect(scene.callsSince()["list_documents"]).toBeGreaterThan(5));
  expect(await world.database.query("select from public.brain_doc_disk")).toEqual([]);
});
