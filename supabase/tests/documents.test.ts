import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  acknowledge,
  acknowledgeAll,
  ahead,
  disk,
  displaced,
  found,
  headOf,
  idOf,
  list,
  look,
  read,
  reportError,
  save,
  sha256,
  versions,
} from "./document-verbs.ts";
import { BY, claimOne, KEY, listed, makeLive, publish, refusal, remove } from "./life.ts";
import { beat, claim, create, enrollExecutor, INSTANCE, MINI, machine, PROJECT, seedProject, service } from "./road.ts";

const TEMPLATE = "I am ricky";
let database: TestDatabase;
let soul: string;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
  await makeLive(database);
  soul = await idOf(database);
});
afterEach(() => database.drop());

const edit = (content: string) =>
  database.query("update public.brain_docs set content = $2 where id = $1", [soul, content]);
const failed = { code: "workspace_unsafe", message: "SOUL.md is a link" };

describe("a document", () => {
  it("has a revision that grows when the content changes, and only then", async () => {
    await edit("second");
    await edit("second");
    await database.query("update public.brain_docs set updated_by = 'someone', revision = 99 where id = $1", [soul]);
    expect(await headOf(database)).toMatchObject({ content: "second", revision: 2 });
  });

  it("keeps every content as a version, with who wrote it and from where, also when another dashboard did", async () => {
    await database.queryAs(service, "update public.brain_docs set content = 'second' where id = $1", [soul]);
    await save(database, "third", 2, { reason: "merged" });
    const common = { conflict: false, settled: false, date: null };
    expect(await versions(database)).toEqual([
      { content: TEMPLATE, revision: 1, source: "template", author: "anon", reason: null, ...common },
      { content: "second", revision: 2, source: "direct", author: "service_role", reason: null, ...common },
      { content: "third", revision: 3, source: "dashboard", author: BY, reason: "merged", ...common },
    ]);
  });

  it("leaves its versions when it goes", async () => {
    await database.query("delete from public.brain_docs where id = $1", [soul]);
    expect(await versions(database)).toHaveLength(1);
  });

  it("is heard of by pages, and so is what lies on disk", async () => {
    const rows = await database.query(
      "select tablename from pg_publication_tables where pubname = 'supabase_realtime' and tablename like 'brain%' order by 1",
    );
    expect(rows).toEqual([{ tablename: "brain_doc_disk" }, { tablename: "brain_docs" }]);
  });
});

describe("a text found on disk", () => {
  it("becomes head while head is the untouched template, and is acknowledged", async () => {
    expect(await found(database, "disk")).toMatchObject({ outcome: "adopted", doc_id: soul, revision: 2 });
    expect(await headOf(database)).toMatchObject({ content: "disk", revision: 2 });
    expect(await disk(database)).toMatchObject({ revision: 2, sha256: sha256("disk"), conflict: null });
    expect((await versions(database)).at(-1)).toMatchObject({ source: "disk", author: `executor:${MINI}` });
  });

  it("becomes head when head is what the executor acknowledged there last, or is empty", async () => {
    await edit("typed");
    await acknowledge(database, soul, 2, "typed");
    expect(await found(database, "typed, and more", "typed")).toMatchObject({ outcome: "adopted", revision: 3 });
    await edit("");
    expect(await found(database, "disk", "typed, and more")).toMatchObject({ outcome: "adopted", revision: 5 });
  });

  it("that nobody had as a document becomes one; repeated, it is the same", async () => {
    const note = { type: "memory_today", date: "2026-11-27" };
    const first = await found(database, "note", null, note);
    expect(first).toMatchObject({ outcome: "adopted", revision: 1 });
    expect(await found(database, "note", null, note)).toEqual(first);
    expect(await headOf(database, "memory_today")).toEqual({ content: "note", revision: 1, date: "2026-11-27" });
    expect(await found(database, "rules", null, { type: "agents" })).toMatchObject({ outcome: "adopted" });
  });

  it("never replaces what a person wrote: head stays, and it is kept in a conflict, once", async () => {
    await edit("typed");
    expect(await found(database, "disk", TEMPLATE)).toMatchObject({ outcome: "conflict", revision: 2 });
    expect(await found(database, "disk", TEMPLATE)).toMatchObject({ outcome: "conflict", revision: 2 });
    expect(await headOf(database)).toMatchObject({ content: "typed", revision: 2 });
    expect(await disk(database)).toMatchObject({ revision: null, sha256: sha256("disk"), conflict: "disk" });
    expect((await versions(database)).filter(({ conflict }) => conflict)).toMatchObject([
      { content: "disk", revision: null, source: "disk", settled: false },
    ]);
  });

  it("takes the place of what was in the conflict before, which is ours from then on", async () => {
    await edit("typed");
    await found(database, "disk");
    await found(database, "disk, and more", "disk");
    expect(await disk(database)).toMatchObject({ conflict: "disk, and more" });
    expect((await versions(database)).slice(2)).toMatchObject([{ settled: true }, { settled: false }]);
    const [document] = await read(database, [soul]);
    expect(document?.["knownSha256"]).toEqual(expect.arrayContaining([TEMPLATE, "typed", "disk"].map(sha256)));
    expect(document?.["knownSha256"]).toHaveLength(3);
    expect(document?.["disk"]).toMatchObject({ isConflict: true, revision: null });
  });

  it("that is what head is now ends the conflict", async () => {
    await edit("typed");
    await found(database, "disk");
    expect(await found(database, "typed", "disk")).toMatchObject({ outcome: "adopted", revision: 2 });
    expect(await disk(database)).toMatchObject({ revision: 2, conflict: null });
    expect((await versions(database)).at(-1)).toMatchObject({ content: "disk", settled: true });
  });

  it("is head always when it is IDENTITY.md, which nobody types", async () => {
    const identity = { type: "identity" };
    await found(database, "one", null, identity);
    await database.query("update public.brain_docs set content = 'typed' where doc_type = 'identity'");
    expect(await found(database, "two", null, identity)).toMatchObject({ outcome: "adopted", revision: 3 });
  });

  it("of another agent, without a text, of an unknown type, with a day or without, and too large is refused", async () => {
    await beat(database, "other");
    await expect(found(database, "x", null, { executor: "other" })).rejects.toMatchObject(refusal(404, "not_found"));
    await expect(found(database, "x", null, { key: "agent:ghost:main" })).rejects.toMatchObject(
      refusal(404, "not_found"),
    );
    for (const about of [{ type: "mission" }, { date: "2026-11-27" }, { type: "memory_today" }]) {
      await expect(found(database, "x", null, about)).rejects.toMatchObject(refusal(400, "invalid_request"));
    }
    await expect(found(database, null)).rejects.toMatchObject(refusal(400, "invalid_request"));
    await edit("typed");
    await expect(found(database, "x".repeat(1024 * 1024 + 1))).rejects.toMatchObject(refusal(413, "payload_too_large"));
    expect(await found(database, "é".repeat(512 * 1024))).toMatchObject({ outcome: "conflict" });
  });

  it("is a machine user's to bring, of its own agents alone", async () => {
    await enrollExecutor(database);
    expect(await found(database, "disk", null, { caller: machine })).toMatchObject({ outcome: "adopted" });
    await expect(found(database, "disk", null, { caller: machine, executor: "other" })).rejects.toMatchObject(
      refusal(403, "forbidden"),
    );
  });
});

describe("an acknowledgement", () => {
  it("says which revision lies on which disk, and takes back an error", async () => {
    await reportError(database, soul, failed);
    await acknowledge(database, soul, 1, TEMPLATE);
    expect(await disk(database)).toEqual({
      ...{ revision: 1, sha256: sha256(TEMPLATE), date: null, error: null, conflict: null },
    });
  });

  it("of head ends a conflict; one that was long under way neither ends it nor goes back", async () => {
    await edit("typed");
    await found(database, "disk");
    await acknowledge(database, soul, 1, TEMPLATE);
    expect(await disk(database)).toMatchObject({ conflict: "disk", sha256: sha256("disk") });
    await acknowledge(database, soul, 2, "typed");
    expect(await disk(database)).toMatchObject({ revision: 2, conflict: null });
    expect((await versions(database)).at(-1)).toMatchObject({ content: "disk", settled: true });
    await acknowledge(database, soul, 1, TEMPLATE);
    expect(await disk(database)).toMatchObject({ revision: 2, sha256: sha256("typed") });
  });

  it("of another executor's document, without a hash, or with a day that is none of its is refused", async () => {
    await beat(database, "other");
    await expect(acknowledge(database, soul, 1, "x", { executor: "other" })).rejects.toMatchObject(
      refusal(404, "not_found"),
    );
    await expect(acknowledge(database, randomUUID(), 1, "x")).rejects.toMatchObject(refusal(404, "not_found"));
    await expect(acknowledge(database, soul, 1, "x", { date: "2026-11-27" })).rejects.toMatchObject(
      refusal(400, "invalid_request"),
    );
    await expect(
      database.queryAs(service, "select public.acknowledge_document($1, $2, $3, 1, null)", [MINI, INSTANCE, soul]),
    ).rejects.toMatchObject(refusal(400, "invalid_request"));
    expect(await disk(database)).toBeUndefined();
  });
});

describe("acknowledgements of many at once", () => {
  it("are each as one alone, and what is of no agent of this executor's stops no other", async () => {
    await beat(database, "other");
    await reportError(database, soul, failed);
    await database.query(
      "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, $2, 'memory_today', 'Fri')",
      [PROJECT, KEY],
    );
    const [user, note] = [await idOf(database, "user"), await idOf(database, "memory_today")];
    await edit("typed");
    await found(database, "disk");
    const said = [
      { id: soul, revision: 1, sha256: sha256(TEMPLATE) },
      { id: randomUUID(), revision: 1, sha256: "x" },
      { id: user, revision: 1, sha256: sha256("Be brief") },
      { id: note, revision: 1, sha256: sha256("Fri"), docDate: "2026-11-27" },
    ];
    expect(await acknowledgeAll(database, said, { executor: "other" })).toEqual([]);
    expect(await disk(database, "user")).toBeUndefined();
    expect(await acknowledgeAll(database, said)).toEqual([soul, user, note].sort());
    expect(await disk(database)).toMatchObject({ conflict: "disk", sha256: sha256("disk") });
    expect(await disk(database, "user")).toMatchObject({ revision: 1, sha256: sha256("Be brief"), conflict: null });
    expect(await disk(database, "memory_today")).toMatchObject({ revision: 1, date: "2026-11-27" });
    expect(await headOf(database, "memory_today")).toMatchObject({ revision: 1, date: "2026-11-27" });
  });

  it("are refused when they are none, or more than 500", async () => {
    const said = { id: soul, revision: 1, sha256: sha256(TEMPLATE) };
    const many = Array.from({ length: 501 }, () => said);
    await expect(acknowledgeAll(database, said)).rejects.toMatchObject(refusal(400, "invalid_request"));
    await expect(acknowledgeAll(database, many)).rejects.toMatchObject(refusal(413, "payload_too_large"));
    await expect(acknowledgeAll(database, [{ ...said, sha256: null }])).rejects.toMatchObject(
      refusal(400, "invalid_request"),
    );
    expect(await disk(database)).toBeUndefined();
    expect(new Set(await acknowledgeAll(database, many.slice(1)))).toEqual(new Set([soul]));
  });
});

describe("a displaced text", () => {
  it("is kept as a version that is in no open conflict; what the document ever had is kept already", async () => {
    await edit("typed");
    await displaced(database, soul, "written in that moment");
    await displaced(database, soul, "written in that moment");
    await displaced(database, soul, TEMPLATE);
    expect((await versions(database)).slice(2)).toMatchObject([
      { content: "written in that moment", source: "disk", reason: "displaced", conflict: true, settled: true },
    ]);
    expect((await look(database)).conflict).toBeNull();
  });

  it("that is none, too large, or of another executor's document is refused", async () => {
    await beat(database, "other");
    await expect(displaced(database, soul, null)).rejects.toMatchObject(refusal(400, "invalid_request"));
    await expect(displaced(database, soul, "x".repeat(1024 * 1024 + 1))).rejects.toMatchObject(
      refusal(413, "payload_too_large"),
    );
    await expect(displaced(database, soul, "x", { executor: "other" })).rejects.toMatchObject(
      refusal(404, "not_found"),
    );
    expect(await versions(database)).toHaveLength(1);
  });
});

describe("an error", () => {
  it("stands on the row with the database's time, and what lies there stays known", async () => {
    await acknowledge(database, soul, 1, TEMPLATE);
    await reportError(database, soul, { ...failed, hint: "Put a file there", more: 1 });
    expect(await disk(database)).toMatchObject({ revision: 1, sha256: sha256(TEMPLATE) });
    const { onDisk, error } = await look(database);
    expect({ onDisk, error }).toEqual({
      onDisk: false,
      error: { ...failed, hint: "Put a file there", at: expect.any(String) },
    });
  });

  it("is no sign that the workspace was ever looked at", async () => {
    await create(database, { key: "agent:rosa:main" });
    const rosa = await idOf(database, "soul", "agent:rosa:main");
    await reportError(database, rosa, failed);
    expect((await claimOne(database)).row).toMatchObject({ agent_key: "agent:rosa:main", workspace_prepared: false });
  });

  it("that is none, too long, or of another executor's document is refused", async () => {
    await beat(database, "other");
    for (const wrong of [{}, { code: "x" }, { code: 1, message: "x" }, { ...failed, hint: "x".repeat(4096) }]) {
      await expect(reportError(database, soul, wrong)).rejects.toMatchObject(refusal(400, "invalid_request"));
    }
    await expect(reportError(database, soul, failed, { executor: "other" })).rejects.toMatchObject(
      refusal(404, "not_found"),
    );
  });

  it("lets the file be tried again when the document was edited, and after 5 minutes", async () => {
    expect(await ahead(database)).toEqual(["soul", "user"]);
    await reportError(database, soul, failed);
    expect(await ahead(database)).toEqual(["user"]);
    await edit("typed");
    expect(await ahead(database)).toEqual(["soul", "user"]);
    await reportError(database, soul, failed);
    expect(await ahead(database)).toEqual(["user"]);
    await database.query(
      `update public.brain_doc_disk set error = error || jsonb_build_object('at', now() - interval '301 seconds')`,
    );
    expect(await ahead(database)).toEqual(["soul", "user"]);
  });
});

describe("what is listed", () => {
  it("is each live agent's documents without their texts; ahead is what no acknowledgement has caught up with", async () => {
    expect(await list(database)).toEqual([
      {
        ...{ projectId: PROJECT, agentKey: KEY, agentIdShort: "ricky", workspacePath: expect.any(String) },
        documents: [
          {
            ...{ id: soul, type: "soul", revision: 1, sha256: sha256(TEMPLATE), bytes: Buffer.byteLength(TEMPLATE) },
            ...{ docDate: null, disk: null },
          },
          expect.objectContaining({ type: "user" }),
        ],
      },
    ]);
    await acknowledge(database, soul, 1, TEMPLATE);
    await acknowledge(database, await idOf(database, "user"), 1, "Be brief");
    expect(await list(database, { ahead: true })).toEqual([]);
    expect(await list(database)).toMatchObject([
      { documents: [{ disk: { revision: 1, sha256: sha256(TEMPLATE), isConflict: false, isError: false } }, {}] },
    ]);
    await edit("typed");
    expect(await ahead(database)).toEqual(["soul"]);
    await found(database, "disk");
    expect(await ahead(database)).toEqual([]);
  });

  it("is of the projects that were asked for, and of this executor alone", async () => {
    await beat(database, "other");
    expect(await list(database, { projects: [PROJECT] })).toHaveLength(1);
    expect(await list(database, { projects: ["annex"] })).toEqual([]);
    expect(await list(database, { executor: "other" })).toEqual([]);
    expect(await read(database, [soul], { executor: "other" })).toEqual([]);
    await enrollExecutor(database, "other");
    await expect(list(database, { caller: machine })).rejects.toMatchObject(refusal(403, "forbidden"));
    await expect(read(database, [soul], { caller: machine })).rejects.toMatchObject(refusal(403, "forbidden"));
  });

  it("is nothing of an agent that is not live yet or is being removed", async () => {
    await create(database, { key: "agent:rosa:main" });
    expect((await list(database)).map(({ agentKey }) => agentKey)).toEqual([KEY]);
    expect(await read(database, [soul])).toHaveLength(1);
    await remove(database);
    expect(await list(database)).toEqual([]);
    expect(await read(database, [soul])).toEqual([]);
    await claim(database);
    expect(await list(database)).toEqual([]);
    expect(await read(database, [soul])).toEqual([]);
  });

  it("knows the main agent, and agents of an older dashboard where they are listed", async () => {
    await beat(database, "other");
    await database.query(
      `insert into public.agents (project_id, agent_key, name, agent_id_short, provisioned, executor_id)
       values ($1, 'agent:main:main', 'Trunks', 'main', true, $2), ($1, 'agent:old:main', 'Old', 'old', true, null)`,
      [PROJECT, MINI],
    );
    const keys = async (executor: string) => (await list(database, { executor })).map(({ agentKey }) => agentKey);
    expect(await keys(MINI)).toEqual(["agent:main:main", KEY]);
    await publish(database, [listed("old")], "other");
    expect(await keys("other")).toEqual(["agent:old:main"]);
    const rules = { executor: "other", key: "agent:old:main", type: "agents" };
    expect(await found(database, "rules", null, rules)).toMatchObject({ outcome: "adopted" });
    const id = await idOf(database, "agents", "agent:old:main");
    await acknowledge(database, id, 1, "rules", { executor: "other" });
    expect(await read(database, [id, soul], { executor: "other" })).toMatchObject([{ id, content: "rules" }]);
  });

  it("leaves out documents that are no file, and never writes IDENTITY.md", async () => {
    await database.query(
      "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, $2, 'mission', 'x'), ($1, $2, 'identity', 'y')",
      [PROJECT, KEY],
    );
    expect((await list(database))[0]?.documents.map(({ type }) => type)).toEqual(["identity", "soul", "user"]);
    expect(await ahead(database)).toEqual(["soul", "user"]);
  });
});
