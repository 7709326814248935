import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  acknowledge,
  ahead,
  disk,
  displaced,
  found,
  headOf,
  idOf,
  look,
  read,
  resolve,
  save,
  sha256,
  versions,
} from "./document-verbs.ts";
import { BY, claimOne, complete, KEY, listed, makeLive, refusal, remove } from "./life.ts";
import { beat, create, fail, PROJECT, seedProject, service } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

/** As if all of it had been in one hour, long ago. */
async function prune(): Promise<void> {
  await database.query(
    "update public.brain_doc_versions set created_at = date_trunc('day', now()) - interval '20 days'",
  );
  await database.query("select private.prune_versions()");
}
const activities = () =>
  database.query("select message, requested_by from public.activities where type = 'document_edited'");

describe("of a live agent", () => {
  let soul: string;
  beforeEach(async () => {
    await makeLive(database);
    soul = await idOf(database);
  });

  it("a document is read with where it stands on its machine", async () => {
    expect(await look(database)).toMatchObject({
      ...{ content: "I am ricky", revision: 1, updatedBy: "anon", docDate: null },
      ...{ onDisk: false, syncedAt: null, error: null, conflict: null },
    });
    await acknowledge(database, soul, 1, "I am ricky");
    expect(await look(database)).toMatchObject({ onDisk: true, syncedAt: expect.any(String) });
  });

  it("one that is not there yet is empty, of revision 0, and begun by a save", async () => {
    const about = { type: "agents" };
    expect(await look(database, about)).toMatchObject({ content: "", revision: 0, updatedAt: null, updatedBy: null });
    expect(await save(database, "rules", 1, about)).toMatchObject({ outcome: "changed", document: { revision: 0 } });
    expect(await save(database, "rules", 0, about)).toMatchObject({ outcome: "saved", document: { revision: 1 } });
    expect(await save(database, "other", 0, about)).toMatchObject({
      outcome: "changed",
      document: { content: "rules", revision: 1, updatedBy: BY },
    });
    expect(await ahead(database)).toContain("agents");
  });

  it("a text is saved over the revision that was read, and kept with who typed it", async () => {
    expect(await save(database, "typed", 1)).toMatchObject({
      outcome: "saved",
      document: { content: "typed", revision: 2, updatedBy: BY, onDisk: false },
    });
    expect(await headOf(database)).toMatchObject({ content: "typed", revision: 2 });
    expect((await versions(database)).at(-1)).toMatchObject({ source: "dashboard", author: BY });
    expect(await activities()).toEqual([{ message: "SOUL.md was edited", requested_by: BY }]);
  });

  it("over another revision nothing is saved, and what is there is answered", async () => {
    await save(database, "first", 1);
    const changed = await save(database, "second", 1);
    expect(changed).toMatchObject({ outcome: "changed", document: { content: "first", revision: 2 } });
    expect(await save(database, "second", 3)).toEqual(changed);
    expect(await headOf(database)).toMatchObject({ content: "first", revision: 2 });
    expect(await versions(database)).toHaveLength(2);
  });

  it("a save whose answer was lost is the same answer, until somebody else saves", async () => {
    const saved = await save(database, "typed", 1);
    expect(await save(database, "typed", 1)).toEqual(saved);
    expect(await versions(database)).toHaveLength(2);
    await save(database, "theirs", 2);
    expect(await save(database, "typed", 1)).toMatchObject({ outcome: "changed", document: { content: "theirs" } });
  });

  it("a text of 1 MiB is saved, and a larger one leaves nothing", async () => {
    expect(await save(database, "é".repeat(512 * 1024), 1)).toMatchObject({ outcome: "saved" });
    await expect(save(database, "x".repeat(1024 * 1024 + 1), 2)).rejects.toMatchObject({ code: "23514" });
    expect(await headOf(database)).toMatchObject({ revision: 2 });
  });

  it("that is being removed documents are read, and neither saved nor settled", async () => {
    await remove(database);
    expect(await look(database)).toMatchObject({ revision: 1 });
    await expect(save(database, "typed", 1)).rejects.toMatchObject(refusal(409, "agent_deleting"));
    await expect(resolve(database, "typed", 1, 1)).rejects.toMatchObject(refusal(409, "agent_deleting"));
    await complete(database, await claimOne(database), []);
    await expect(look(database)).rejects.toMatchObject(refusal(404, "not_found"));
    await expect(save(database, "typed", 1)).rejects.toMatchObject(refusal(404, "not_found"));
    expect(await versions(database)).toHaveLength(1);
  });

  describe("in a conflict", () => {
    let version: number | undefined;
    beforeEach(async () => {
      await acknowledge(database, soul, 1, "I am ricky");
      await save(database, "mine", 1);
      await found(database, "theirs", "I am ricky");
      version = (await look(database)).conflict?.version;
    });

    it("both texts are read", async () => {
      expect(await look(database)).toMatchObject({
        ...{ content: "mine", revision: 2, onDisk: false },
        conflict: { version, content: "theirs", foundAt: expect.any(String) },
      });
    });

    it.each([
      ["mine", 2],
      ["theirs", 3],
      ["mine and theirs", 3],
    ])("%j settles it: it is head, and the file is to be overwritten", async (content, revision) => {
      const settled = await resolve(database, content, 2, version);
      expect(settled).toMatchObject({
        outcome: "saved",
        document: { content, revision, conflict: null, onDisk: false },
      });
      expect(await disk(database)).toMatchObject({ revision: null, conflict: null });
      expect((await versions(database))[2]).toMatchObject({ content: "theirs", conflict: true, settled: true });
      expect(await ahead(database)).toContain("soul");
      const [document] = await read(database, [soul]);
      expect(document?.["knownSha256"]).toContain(sha256("theirs"));
      // The answer was lost.
      expect(await resolve(database, content, 2, version)).toEqual(settled);
    });

    it("it is settled with why, by whom", async () => {
      await resolve(database, "both", 2, version);
      expect((await versions(database)).at(-1)).toMatchObject({ source: "dashboard", author: BY, reason: "settled" });
    });

    it("nothing is settled when either side is another by now", async () => {
      await save(database, "mine, more", 2);
      expect(await resolve(database, "both", 2, version)).toMatchObject({ outcome: "changed" });
      await found(database, "theirs, more", "theirs");
      const changed = await resolve(database, "both", 3, version);
      expect(changed).toMatchObject({
        outcome: "changed",
        document: { content: "mine, more", conflict: { content: "theirs, more" } },
      });
      expect(await resolve(database, "both", 3, changed.document.conflict?.version)).toMatchObject({
        outcome: "saved",
      });
    });

    it("nothing is settled twice, or when the file was put right meanwhile", async () => {
      await resolve(database, "both", 2, version);
      expect(await resolve(database, "other", 2, version)).toMatchObject({ outcome: "changed" });
      await acknowledge(database, soul, 3, "both");
      await save(database, "mine again", 3);
      await found(database, "theirs again", "both");
      await found(database, "mine again", "theirs again");
      expect(await resolve(database, "x", 4, version)).toMatchObject({
        outcome: "changed",
        document: { content: "mine again", onDisk: true },
      });
    });

    it("a save leaves it open, unless it says what lies on disk", async () => {
      expect(await save(database, "mine, more", 2)).toMatchObject({ document: { conflict: { version } } });
      expect(await ahead(database)).not.toContain("soul");
      expect(await save(database, "theirs", 3)).toMatchObject({ document: { revision: 4, conflict: null } });
      expect(await ahead(database)).toContain("soul");
    });

    it("pruning keeps it, open and settled, and what was displaced", async () => {
      await resolve(database, "both", 2, version);
      await acknowledge(database, soul, 3, "both");
      await save(database, "mine again", 3);
      await found(database, "theirs again", "both");
      await displaced(database, soul, "written in that moment");
      const before = await versions(database);
      await prune();
      expect(await versions(database)).toEqual(before);
      expect(before.map(({ content }) => content)).toEqual([
        ...["I am ricky", "mine", "theirs", "both", "mine again", "theirs again", "written in that moment"],
      ]);
    });

    it("what its file said before it was written once more is thinned as all that agents write", async () => {
      for (const text of ["theirs, 2", "theirs, 3", "theirs, 4"]) await found(database, text, "theirs");
      expect((await versions(database)).map(({ content, conflict }) => [content, conflict])).toEqual([
        ...[
          ["I am ricky", false],
          ["mine", false],
          ["theirs", false],
          ["theirs, 2", false],
          ["theirs, 3", false],
        ],
        ["theirs, 4", true],
      ]);
      const [document] = await read(database, [soul]);
      expect(document?.["knownSha256"]).toContain(sha256("theirs, 2"));
      await prune();
      expect((await versions(database)).map(({ content }) => content)).toEqual([
        ...["I am ricky", "mine", "theirs, 3", "theirs, 4"],
      ]);
      expect(await look(database)).toMatchObject({ content: "mine", conflict: { content: "theirs, 4" } });
    });
  });
});

it("what is saved before the agent is made, lands: while its request waits, runs or has failed", async () => {
  await create(database);
  expect(await save(database, "queued", 1)).toMatchObject({ outcome: "saved", document: { onDisk: false } });
  const claimed = await claimOne(database);
  await save(database, "running", 2);
  const [seeded] = await database.queryAs(service, "select public.read_request_documents($1, $2) as documents", [
    claimed.id,
    claimed.token,
  ]);
  expect(seeded?.["documents"]).toMatchObject([
    {
      ...{ type: "soul", content: "running", revision: 3, disk: null },
      knownSha256: expect.arrayContaining(["I am ricky", "queued", "running"].map(sha256)),
    },
    { type: "user" },
  ]);
  await fail(database, claimed.id, claimed.token, true);
  expect(await save(database, "failed", 3)).toMatchObject({ outcome: "saved" });
  await expect(
    database.queryAs(service, "select public.read_request_documents($1, $2)", [claimed.id, randomUUID()]),
  ).rejects.toMatchObject(refusal(409, "lease_lost"));
});

it("an agent that nobody provisioned or adopted has no files", async () => {
  await database.query(
    `insert into public.agents (project_id, agent_key, name) values ($1, $2, 'Ricky'), ($1, 'agent:main:main', 'Trunks')`,
    [PROJECT, KEY],
  );
  await expect(look(database)).rejects.toMatchObject({
    ...refusal(404, "agent_not_provisioned"),
    hint: "Provision or adopt it first",
  });
  await expect(save(database, "typed", 0)).rejects.toMatchObject(refusal(404, "agent_not_provisioned"));
  await expect(resolve(database, "typed", 1, 1)).rejects.toMatchObject(refusal(404, "agent_not_provisioned"));
  await expect(look(database, { key: "agent:main:main" })).rejects.toMatchObject({ hint: "Adopt it first" });
  await database.query("update public.agents set provisioned = true where agent_key = 'agent:main:main'");
  expect(await look(database, { key: "agent:main:main" })).toMatchObject({ revision: 0, onDisk: false });
});

it("another machine's acknowledgement is none of where the agent lives now", async () => {
  await makeLive(database);
  await acknowledge(database, await idOf(database), 1, "I am ricky");
  await database.query("update public.agents set executor_id = 'other'");
  expect(await look(database)).toMatchObject({ onDisk: false, syncedAt: null });
});

it("what is adopted becomes documents, and what somebody typed meanwhile stays", async () => {
  await database.query(
    `insert into public.executor_runtime (executor_id, agents, published_at) values ('mini', $1, now())`,
    [JSON.stringify([listed("ricky", { workspace: "~/.openclaw/workspace-ricky" })])],
  );
  await database.query("update public.executors set workspace_root = '~/.openclaw'");
  await database.queryAs(service, "select public.adopt_agent($1, 'mini', 'ricky', $2)", [PROJECT, BY]);
  const { id, token } = await claimOne(database);
  const bring = async (type: string, content: string) => {
    const [row] = await database.queryAs(service, "select public.save_request_document($1, $2, $3, $4) as outcome", [
      ...[id, token, type, content],
    ]);
    return row?.["outcome"];
  };
  await save(database, "typed", 0);
  expect(await bring("soul", "theirs")).toBe("conflict");
  expect(await bring("user", "one")).toBe("adopted");
  expect(await bring("user", "two")).toBe("adopted");
  expect(await bring("user", "two")).toBe("adopted");
  await expect(bring("memory_today", "x")).rejects.toMatchObject(refusal(400, "invalid_request"));
  expect(await look(database)).toMatchObject({ content: "typed", conflict: { content: "theirs" } });
  expect(await look(database, { type: "user" })).toMatchObject({ content: "two", onDisk: true });
});
