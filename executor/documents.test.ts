import { randomUUID } from "node:crypto";
import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { firstCalls, startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { beat, create } from "../supabase/tests/road.ts";
import { seedDocuments } from "./documents.ts";
import type { Claim } from "./request-queue.ts";
import { openWorkspace, sha256, type Workspace } from "./workspace.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
let claim: Claim;
let workspace: Workspace;

beforeAll(async () => {
  world = await startExecutorStack();
  proxy = await startFlakyProxy(world.stack.apiUrl);
  await beat(world.database);
});
beforeEach(async () => {
  await create(world.database);
  const [claimed] = await world.queue().claim(1, randomUUID());
  if (claimed === undefined) throw new Error("Nothing was claimed");
  claim = claimed;
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

const seed = (signal = new AbortController().signal) =>
  seedDocuments(workspace, claim, {
    queue: world.queue({ url: proxy.url }),
    agent: { projectId: "front-office", agentKey: "agent:ricky:main" },
    signal,
    log: recordedLog().log,
  });
const pathOf = (file: string) => join(workspace.dir, file);
const onDisk = (file: string) => readFile(pathOf(file), "utf8");
const soul = () =>
  world.database.query(
    `select d.content, d.revision, k.revision as disk_revision, k.sha256, k.conflict_version is not null as conflict
     from public.brain_docs as d left join public.brain_doc_disk as k on k.doc_id = d.id where d.doc_type = 'soul'`,
  );
const editSoul = (content: string) =>
  world.database.query("update public.brain_docs set content = $1 where doc_type = 'soul'", [content]);

test("absent files are written with the rows' text, and each is acknowledged", async () => {
  await seed();
  expect(await onDisk("SOUL.md")).toBe("I am ricky");
  expect(await onDisk("USER.md")).toBe("Be brief");
  expect(await soul()).toEqual([
    { content: "I am ricky", revision: 1, disk_revision: 1, sha256: sha256("I am ricky"), conflict: false },
  ]);
  expect(await world.database.query("select count(*)::int from public.brain_doc_disk")).toEqual([{ count: 2 }]);
});

test("rules that were typed before OpenClaw writes its own are written first", async () => {
  await world.database.query(
    "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ('front-office', 'agent:ricky:main', 'agents', 'My rules')",
  );
  await seed();
  expect(await onDisk("AGENTS.md")).toBe("My rules");
});

test("a file that already has the text is acknowledged and not touched", async () => {
  await writeFile(pathOf("SOUL.md"), "I am ricky");
  await utimes(pathOf("SOUL.md"), 1000, 1000);
  await seed();
  expect((await stat(pathOf("SOUL.md"))).mtimeMs).toBe(1_000_000);
  expect(await soul()).toMatchObject([{ disk_revision: 1, sha256: sha256("I am ricky") }]);
});

test("a text that the document once had is replaced by the present one", async () => {
  await seed();
  await editSoul("I am Ricky, and I like tea");
  await seed();
  expect(await onDisk("SOUL.md")).toBe("I am Ricky, and I like tea");
  expect(await soul()).toMatchObject([{ revision: 2, disk_revision: 2 }]);
});

test("somebody's own file becomes the document while nobody has edited the template", async () => {
  await writeFile(pathOf("SOUL.md"), "Written by hand\n");
  await seed();
  expect(await onDisk("SOUL.md")).toBe("Written by hand\n");
  expect(await soul()).toEqual([
    {
      content: "Written by hand\n",
      revision: 2,
      disk_revision: 2,
      sha256: sha256("Written by hand\n"),
      conflict: false,
    },
  ]);
});

test("somebody's own file and an edited document are both kept, as a conflict", async () => {
  await editSoul("Edited in the dashboard");
  await writeFile(pathOf("SOUL.md"), "Written by hand");
  await seed();
  expect(await onDisk("SOUL.md")).toBe("Written by hand");
  expect(await onDisk("USER.md")).toBe("Be brief");
  expect(await soul()).toMatchObject([{ content: "Edited in the dashboard", revision: 2, conflict: true }]);
  expect(await world.database.query("select content from public.brain_doc_versions where conflict")).toEqual([
    { content: "Written by hand" },
  ]);
});

test("lost answers are asked for again, and an adoption that was told twice is one", async () => {
  const faults = ["read_request_documents", "save_document_from_disk", "acknowledge_document"].map((verb) =>
    firstCalls(`/${verb}`, 1, "lose answer"),
  );
  proxy.setFaults((path) => faults.map((decide) => decide(path)).find((fault) => fault !== "pass") ?? "pass");
  await writeFile(pathOf("SOUL.md"), "Written by hand");
  await seed();
  expect(await soul()).toMatchObject([{ content: "Written by hand", revision: 2, disk_revision: 2, conflict: false }]);
});

test("when the claim is lost nothing is written any more", async () => {
  const lost = new AbortController();
  lost.abort(new Error("The lease is lost"));
  await expect(seed(lost.signal)).rejects.toThrow("The lease is lost");
  await world.queue().release(claim);
  await expect(seed()).rejects.toMatchObject({ code: "lease_lost" });
  await expect(onDisk("SOUL.md")).rejects.toMatchObject({ code: "ENOENT" });
});
