import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { beat, claim, create, MINI, seedProject, service } from "./road.ts";

let database: TestDatabase;
let soul: string;
let token: string;
let requestId: string;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
  token = randomUUID();
  requestId = (await create(database)).request.id;
  await claim(database, { token });
  const [row] = await database.query("select id from public.brain_docs where doc_type = 'soul'");
  soul = String(row?.["id"]);
});
afterEach(() => database.drop());

const save = (content: string, base = 1) =>
  database.queryAs(service, "select * from public.save_document_from_disk($1, $2, $3, $4)", [
    MINI,
    soul,
    base,
    content,
  ]);
const head = () => database.query("select content, revision from public.brain_docs where id = $1", [soul]);
const edit = (content: string) =>
  database.query("update public.brain_docs set content = $2 where id = $1", [soul, content]);

it("the revision grows when the content changes, and only then", async () => {
  await edit("second");
  await edit("second");
  await database.query("update public.brain_docs set updated_by = 'someone', revision = 99 where id = $1", [soul]);
  expect(await head()).toEqual([{ content: "second", revision: 2 }]);
});

it("every content stays as a version, with who wrote it and from where", async () => {
  await database.queryAs(service, "update public.brain_docs set content = 'second' where id = $1", [soul]);
  expect(
    await database.query(
      "select revision, content, source, author from public.brain_doc_versions where doc_id = $1 order by id",
      [soul],
    ),
  ).toEqual([
    { revision: 1, content: "I am ricky", source: "template", author: "anon" },
    { revision: 2, content: "second", source: "direct", author: "service_role" },
  ]);
});

it("versions stay when the document goes", async () => {
  await database.query("delete from public.brain_docs where id = $1", [soul]);
  expect(await database.query("select content from public.brain_doc_versions where doc_id = $1", [soul])).toHaveLength(
    1,
  );
});

it("the documents of a claim come with the hashes of all they ever were", async () => {
  await edit("second");
  const rows = await database.queryAs(service, "select * from public.read_request_documents($1, $2)", [
    requestId,
    token,
  ]);
  expect(rows[0]).toMatchObject({ doc_id: soul, doc_type: "soul", content: "second", revision: 2 });
  expect(rows[0]?.["known_sha256"]).toHaveLength(2);
});

it("the documents of a claim that is over are refused", async () => {
  await expect(
    database.queryAs(service, "select * from public.read_request_documents($1, $2)", [requestId, randomUUID()]),
  ).rejects.toMatchObject({ code: "PT409", detail: '{"code": "lease_lost"}' });
});

it("a file found on disk becomes head while head is the untouched template", async () => {
  expect(await save("found on disk")).toEqual([{ outcome: "adopted", revision: 2 }]);
  expect(await head()).toEqual([{ content: "found on disk", revision: 2 }]);
});

it("a file found on disk never replaces what a person wrote: it is kept as a version in conflict", async () => {
  await edit("written by a person");
  expect(await save("found on disk", 2)).toEqual([{ outcome: "conflict", revision: 2 }]);
  expect(await save("found on disk", 2)).toEqual([{ outcome: "conflict", revision: 2 }]);
  expect(await head()).toEqual([{ content: "written by a person", revision: 2 }]);
  expect(
    await database.query(
      "select v.content, v.conflict, v.revision from public.brain_doc_disk k join public.brain_doc_versions v on v.id = k.conflict_version",
    ),
  ).toEqual([{ content: "found on disk", conflict: true, revision: null }]);
  expect(await database.query("select from public.brain_doc_versions where conflict")).toHaveLength(1);
});

it("a file compared with a head that has moved on is told to look again", async () => {
  await edit("second");
  expect(await save("found on disk", 1)).toEqual([{ outcome: "stale", revision: 2 }]);
  expect(await head()).toEqual([{ content: "second", revision: 2 }]);
});

it("an acknowledgement says which revision lies on which disk, and ends a conflict", async () => {
  await edit("written by a person");
  await save("found on disk", 2);
  await database.queryAs(service, "select public.acknowledge_document($1, $2, 2, 'abc')", [MINI, soul]);
  expect(
    await database.query("select executor_id, revision, sha256, conflict_version from public.brain_doc_disk"),
  ).toEqual([{ executor_id: MINI, revision: 2, sha256: "abc", conflict_version: null }]);
});

it("an executor may not acknowledge or save the document of an agent that lives elsewhere", async () => {
  await beat(database, "other");
  for (const sql of [
    "select public.acknowledge_document('other', $1, 1, 'abc')",
    "select * from public.save_document_from_disk('other', $1, 1, 'x')",
  ]) {
    await expect(database.queryAs(service, sql, [soul])).rejects.toMatchObject({ code: "PT403" });
  }
});
