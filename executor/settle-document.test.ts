import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { DocumentType } from "#contract";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { KEY, makeLive } from "../supabase/tests/life.ts";
import { beat, PROJECT, service } from "../supabase/tests/road.ts";
import { offerFile, settleDocument } from "./documents.ts";
import { openWorkspace, sha256, type Workspace } from "./workspace.ts";

const TODAY = "2026-11-27";
const TOMORROW = "2026-11-28";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
let workspace: Workspace;

beforeAll(async () => {
  world = await startExecutorStack();
  proxy = await startFlakyProxy(world.stack.apiUrl);
  await beat(world.database);
});
beforeEach(async () => {
  await makeLive(world.database);
  workspace = await openWorkspace(await world.newHome(), "ricky");
});
afterEach(async () => {
  proxy.setFaults(() => "pass");
  await world.clear();
});
afterAll(async () => {
  await proxy.stop();
  await world.stop();
});

const pathOf = (file: string) => join(workspace.dir, file);
const onDisk = (file: string) => readFileSync(pathOf(file), "utf8");
function write(file: string, text: string) {
  mkdirSync(dirname(pathOf(file)), { recursive: true });
  writeFileSync(pathOf(file), text);
}

const edges = (signal = new AbortController().signal) => ({
  queue: world.queue({ url: proxy.url }),
  agent: { projectId: PROJECT, agentKey: KEY },
  signal,
  log: recordedLog().log,
});
const row = z.object({ id: z.uuid(), content: z.string(), revision: z.number(), doc_date: z.string().nullable() });
async function head(type: DocumentType = "soul") {
  const [found] = await world.database.query(
    "select id, content, revision, doc_date::text from public.brain_docs where doc_type = $1",
    [type],
  );
  return row.parse(found);
}
const disk = async (type: DocumentType = "soul") =>
  (
    await world.database.query(
      `select k.revision, k.sha256, k.doc_date::text as day, k.error is not null as error, v.content as conflict
       from public.brain_doc_disk as k join public.brain_docs as d on d.id = k.doc_id
       left join public.brain_doc_versions as v on v.id = k.conflict_version where d.doc_type = $1`,
      [type],
    )
  )[0];
const versions = async (type: DocumentType = "soul") =>
  (
    await world.database.query("select content from public.brain_doc_versions where doc_type = $1 order by id", [type])
  ).map(({ content }) => content);

/** As a person saves it, on what is there. */
async function save(content: string, type: DocumentType = "soul", date: string | null = null) {
  const [found] = await world.database.query("select revision from public.brain_docs where doc_type = $1", [type]);
  await world.database.queryAs(service, "select public.save_document($1, $2, $3, $4, $5, 'user-7', $6)", [
    ...[PROJECT, KEY, type, content, found?.["revision"] ?? 0, date],
  ]);
}
async function resolve(content: string, type: DocumentType = "soul") {
  const { revision } = await head(type);
  await world.database.queryAs(
    service,
    `select public.resolve_document($1, $2, $5, $3, $4, (select conflict_version from public.brain_doc_disk
       where conflict_version is not null), 'user-7')`,
    [PROJECT, KEY, content, revision, type],
  );
}
async function settle(type: DocumentType = "soul", today = TODAY, about = edges()) {
  const { id } = await head(type);
  const [document] = await world.queue().readDocumentsById([id]);
  if (document === undefined) throw new Error("The document lives elsewhere");
  return await settleDocument(workspace, document, about, today);
}
/** Does this between the look at the file and what follows. */
function betweenTimes(act: () => void) {
  const { signal } = new AbortController();
  let isDone = false;
  signal.throwIfAborted = () => {
    if (!isDone) act();
    isDone = true;
  };
  return edges(signal);
}

test("what is ahead is written, what is in step is left alone, and neither is said twice", async () => {
  expect(await settle()).toEqual({ outcome: "written", file: "SOUL.md", sha256: sha256("I am ricky") });
  await save("I am Ricky, and I like tea");
  expect(await settle()).toMatchObject({ outcome: "written" });
  expect(onDisk("SOUL.md")).toBe("I am Ricky, and I like tea");
  expect(await disk()).toMatchObject({ revision: 2, sha256: sha256("I am Ricky, and I like tea") });
  proxy.setFaults(() => ({ status: 500, body: "Nothing is said" }));
  expect(await settle()).toMatchObject({ outcome: "same" });
});

test("what an agent adds to a file in step becomes the document, and comes back as no echo", async () => {
  await settle();
  write("SOUL.md", "I am ricky\nI like tea");
  expect(await settle()).toMatchObject({ outcome: "adopted", sha256: sha256("I am ricky\nI like tea") });
  expect(await head()).toMatchObject({ content: "I am ricky\nI like tea", revision: 2 });
  expect(await settle()).toMatchObject({ outcome: "same" });
  expect(await versions()).toEqual(["I am ricky", "I am ricky\nI like tea"]);
});

test("an agent can undo its own line: a text in step that changed back is a change", async () => {
  await settle();
  write("SOUL.md", "I am ricky\nI like tea");
  await settle();
  write("SOUL.md", "I am ricky");
  expect(await settle()).toMatchObject({ outcome: "adopted" });
  expect(await head()).toMatchObject({ content: "I am ricky", revision: 3 });
  expect(onDisk("SOUL.md")).toBe("I am ricky");
});

test("an older text in a file that is behind is ours, and is replaced", async () => {
  await settle();
  await save("Second");
  await settle();
  await save("Third");
  write("SOUL.md", "I am ricky");
  expect(await settle()).toMatchObject({ outcome: "written" });
  expect(onDisk("SOUL.md")).toBe("Third");
});

test("both sides changed: both are kept, the file stays until it is settled, and each further change is heard", async () => {
  await settle();
  await save("Edited in the dashboard");
  write("SOUL.md", "Written by the agent");
  expect(await settle()).toMatchObject({ outcome: "conflict" });
  expect(await disk()).toMatchObject({ conflict: "Written by the agent" });
  await save("Edited once more");
  expect(await settle()).toMatchObject({ outcome: "conflict" });
  write("SOUL.md", "I am ricky");
  expect(await settle()).toMatchObject({ outcome: "conflict" });
  expect(await disk()).toMatchObject({ conflict: "I am ricky" });
  rmSync(pathOf("SOUL.md"));
  expect(await settle()).toMatchObject({ outcome: "conflict", sha256: null });
  expect(existsSync(pathOf("SOUL.md"))).toBe(false);
  write("SOUL.md", "I am ricky");
  await resolve("Both");
  expect(await settle()).toMatchObject({ outcome: "written" });
  expect(onDisk("SOUL.md")).toBe("Both");
  expect(await disk()).toMatchObject({ conflict: null, sha256: sha256("Both") });
  const kept = ["I am ricky", "Edited in the dashboard", "Written by the agent", "Edited once more", "Both"];
  expect(await versions()).toEqual(expect.arrayContaining(kept));
});

test("a conflict over a note of no day, settled after midnight, goes into the file in which it was found", async () => {
  await save("Typed", "memory_today");
  write(`memory/${TODAY}.md`, "Written by the agent");
  expect(await settle("memory_today")).toMatchObject({ outcome: "conflict" });
  await resolve("Both", "memory_today");
  expect(await settle("memory_today", TOMORROW)).toMatchObject({ outcome: "written", file: `memory/${TODAY}.md` });
  expect(onDisk(`memory/${TODAY}.md`)).toBe("Both");
  expect(existsSync(pathOf(`memory/${TOMORROW}.md`))).toBe(false);
  expect(await disk("memory_today")).toMatchObject({ day: TODAY, conflict: null, sha256: sha256("Both") });
});

test("a conflict ends by itself when the file comes to say what the document says", async () => {
  await settle();
  await save("Edited in the dashboard");
  write("SOUL.md", "Written by the agent");
  await settle();
  write("SOUL.md", "Edited in the dashboard");
  expect(await settle()).toMatchObject({ outcome: "same" });
  expect(await disk()).toMatchObject({ conflict: null, revision: 2 });
});

test("what is saved to the file between the look and the write is kept as a version", async () => {
  await settle();
  await save("Second");
  expect(
    await settle(
      "soul",
      TODAY,
      betweenTimes(() => write("SOUL.md", "Saved in that moment")),
    ),
  ).toMatchObject({
    outcome: "written",
  });
  expect(onDisk("SOUL.md")).toBe("Second");
  expect(await versions()).toEqual(["I am ricky", "Second", "Saved in that moment"]);
  expect(readdirSync(workspace.dir)).toEqual(["SOUL.md"]);
});

test("what a killed write displaced is kept once, whatever the database says to it first; what it knows is not kept again", async () => {
  await settle();
  const left = ".SOUL.md.hatchery-displaced";
  write(left, "Saved in that moment");
  const stopped = new AbortController();
  proxy.setFaults((path) => {
    if (!path.endsWith("/keep_displaced_document")) return "pass";
    stopped.abort(new Error("Killed"));
    return "lose answer";
  });
  await expect(settle("soul", TODAY, edges(stopped.signal))).rejects.toThrow();
  expect(onDisk(left)).toBe("Saved in that moment");
  proxy.setFaults(() => "pass");
  await settle();
  write(left, "I am ricky");
  proxy.setFaults((path) => (path.endsWith("/keep_displaced_document") ? { status: 400, body: "{}" } : "pass"));
  await settle();
  expect(await versions()).toEqual(["I am ricky", "Saved in that moment"]);
  expect(readdirSync(workspace.dir)).toEqual(["SOUL.md"]);
});

test("killed before the database has what a write displaced, the executor finds it the next time", async () => {
  await settle();
  await save("Second");
  const stopped = betweenTimes(() => write("SOUL.md", "Saved in that moment"));
  const queue = {
    ...stopped.queue,
    keepDisplacedDocument: () => Promise.reject(new Error("Killed")),
  };
  await expect(settle("soul", TODAY, { ...stopped, queue })).rejects.toThrow("Killed");
  expect(await settle()).toMatchObject({ outcome: "same" });
  expect(await versions()).toEqual(["I am ricky", "Second", "Saved in that moment"]);
  expect(readdirSync(workspace.dir)).toEqual(["SOUL.md"]);
});

test("what was displaced from an earlier day's note is kept as that day's", async () => {
  await save("Tea at four", "memory_today", TOMORROW);
  write(`memory/.${TODAY}.md.hatchery-displaced`, "Saved in that moment");
  await settle("memory_today", TOMORROW);
  expect(readdirSync(pathOf("memory"))).toEqual([`${TOMORROW}.md`]);
  const kept = "select doc_date::text as day from public.brain_doc_versions where content = 'Saved in that moment'";
  expect(await world.database.query(kept)).toEqual([{ day: TODAY }]);
});

test("a write whose acknowledgement was lost is acknowledged the next time, and not written again", async () => {
  const stopped = new AbortController();
  proxy.setFaults(() => {
    stopped.abort(new Error("Killed"));
    return "cut";
  });
  await expect(settle("soul", TODAY, edges(stopped.signal))).rejects.toThrow();
  expect(onDisk("SOUL.md")).toBe("I am ricky");
  expect(await disk()).toBeUndefined();
  proxy.setFaults(() => "pass");
  expect(await settle()).toMatchObject({ outcome: "same" });
  expect(await disk()).toMatchObject({ revision: 1 });
});

test("a file that must not be touched is refused, and an error that has passed is taken back", async () => {
  write("elsewhere", "None of your business");
  symlinkSync("elsewhere", pathOf("SOUL.md"));
  await expect(settle()).rejects.toMatchObject({ code: "workspace_unsafe", permanent: true });
  await world.queue().reportDocumentError((await head()).id, { code: "workspace_unsafe", message: "A link" });
  rmSync(pathOf("SOUL.md"));
  await settle();
  await world.queue().reportDocumentError((await head()).id, { code: "workspace_unsafe", message: "A link" });
  expect(await disk()).toMatchObject({ error: true });
  await settle();
  expect(await disk()).toMatchObject({ error: false });
  expect(onDisk("elsewhere")).toBe("None of your business");
});

test("a file that has no document yet becomes one, and where none is none becomes", async () => {
  const offer = (type: DocumentType, docDate: string | null = null) =>
    offerFile(workspace, { type, docDate }, null, edges());
  expect(await offer("agents")).toEqual({ outcome: "absent", file: "AGENTS.md", sha256: null });
  write("AGENTS.md", "Work together");
  expect(await offer("agents")).toMatchObject({ outcome: "adopted" });
  expect(await head("agents")).toMatchObject({ content: "Work together", revision: 1 });
  expect(await settle("agents")).toMatchObject({ outcome: "same" });
});

test("IDENTITY.md is never written: what is there becomes the document", async () => {
  write("IDENTITY.md", "- Name: Ricky");
  await offerFile(workspace, { type: "identity", docDate: null }, null, edges());
  await world.database.query("update public.brain_docs set content = 'Typed' where doc_type = 'identity'");
  expect(await settle("identity")).toMatchObject({ outcome: "adopted" });
  expect(await head("identity")).toMatchObject({ content: "- Name: Ricky" });
  rmSync(pathOf("IDENTITY.md"));
  expect(await settle("identity")).toMatchObject({ outcome: "absent" });
  expect(readdirSync(workspace.dir)).toEqual([]);
});

test("a note of no day is today's, and stays of that day", async () => {
  await save("Tea at four", "memory_today");
  expect(await settle("memory_today")).toMatchObject({ outcome: "written", file: `memory/${TODAY}.md` });
  expect(await head("memory_today")).toMatchObject({ doc_date: TODAY, revision: 1 });
  await save("Tea at five", "memory_today");
  await settle("memory_today", TOMORROW);
  expect(onDisk(`memory/${TODAY}.md`)).toBe("Tea at five");
  expect(readdirSync(pathOf("memory"))).toEqual([`${TODAY}.md`]);
});

test("the note that an agent begins on a new day becomes the document, and the one before is left alone", async () => {
  await save("Tea at four", "memory_today");
  await settle("memory_today");
  write(`memory/${TOMORROW}.md`, "A new day");
  expect(await settle("memory_today")).toMatchObject({ outcome: "same" });
  expect(await settle("memory_today", TOMORROW)).toMatchObject({ outcome: "adopted", file: `memory/${TOMORROW}.md` });
  expect(await head("memory_today")).toMatchObject({ content: "A new day", doc_date: TOMORROW });
  expect(await disk("memory_today")).toMatchObject({ day: TOMORROW, sha256: sha256("A new day") });
  write(`memory/${TODAY}.md`, "Changed in retrospect");
  expect(await settle("memory_today", TOMORROW)).toMatchObject({ outcome: "same" });
  const late = offerFile(workspace, { type: "memory_today", docDate: TODAY }, null, edges());
  expect(await late).toMatchObject({ outcome: "stale" });
  expect(await versions("memory_today")).toEqual(["Tea at four", "A new day"]);
});

test("what was typed for one day is written there before the note of the next day takes its place", async () => {
  await save("Tea at four", "memory_today");
  await settle("memory_today");
  await save("Tea at five", "memory_today");
  write(`memory/${TOMORROW}.md`, "A new day");
  expect(await settle("memory_today", TOMORROW)).toMatchObject({ outcome: "adopted" });
  expect(onDisk(`memory/${TODAY}.md`)).toBe("Tea at five");
  expect(await head("memory_today")).toMatchObject({ content: "A new day" });
});

test("a note in a conflict waits for a person, also when the next day has begun", async () => {
  write(`memory/${TODAY}.md`, "The agent's");
  await save("The person's", "memory_today");
  expect(await settle("memory_today")).toMatchObject({ outcome: "conflict" });
  write(`memory/${TOMORROW}.md`, "A new day");
  expect(await settle("memory_today", TOMORROW)).toMatchObject({ outcome: "conflict", file: `memory/${TODAY}.md` });
  expect(await head("memory_today")).toMatchObject({ content: "The person's" });
  expect(await disk("memory_today")).toMatchObject({ conflict: "The agent's", day: TODAY });
});

test("a note that a person begins for another day does not take that day's file for the one that was acknowledged", async () => {
  await save("Tea at four", "memory_today", TODAY);
  await settle("memory_today");
  write(`memory/${TOMORROW}.md`, "The agent's");
  await save("Tea at four", "memory_today", TOMORROW);
  expect(await settle("memory_today", TOMORROW)).toMatchObject({ outcome: "conflict" });
  expect(onDisk(`memory/${TOMORROW}.md`)).toBe("The agent's");
});
