import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { acknowledge, found, idOf, save, sha256 } from "./document-verbs.ts";
import { claimOne, complete, KEY, listed, makeLive, remove } from "./life.ts";
import { beat, create, PROJECT, seedProject, service } from "./road.ts";

const hashes = z.array(z.object({ type: z.string(), knownSha256: z.array(z.string()) }));

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
  await beat(database);
  await makeLive(database);
});
afterEach(() => database.drop());

async function removeLive() {
  await remove(database);
  await complete(database, await claimOne(database), []);
}

/** Of these texts, those that a new agent's SOUL.md may hold and be overwritten. */
async function knownOf(texts: string[], about: Parameters<typeof create>[1] = {}, type = "soul"): Promise<string[]> {
  await create(database, { soul: "I read contracts", ...about });
  const { id, token } = await claimOne(database);
  const [row] = await database.queryAs(service, "select public.read_request_documents($1, $2) as answer", [id, token]);
  const document = hashes.parse(row?.["answer"]).find((listed) => listed.type === type);
  return texts.filter((text) => document?.knownSha256.includes(sha256(text)));
}

const TEXTS = ["I am ricky", "Typed", "Of the agent", "Beside the other", "Of nobody"];

/** A template, a text that was typed, one that the agent wrote, and one that stood on disk beside another. */
async function live(): Promise<void> {
  const soul = await idOf(database);
  await acknowledge(database, soul, 1, "I am ricky");
  await save(database, "Typed", 1);
  await acknowledge(database, soul, 2, "Typed");
  await found(database, "Of the agent", "Typed");
  await save(database, "Typed again", 3);
  expect(await found(database, "Beside the other")).toMatchObject({ outcome: "conflict" });
}

it("whatever a removed agent's document was is ours in the file of the next, and nothing else is", async () => {
  await live();
  await removeLive();
  expect(await knownOf(TEXTS)).toEqual(TEXTS.slice(0, -1));
});

it("so it is in another project and under another session, because the folder is the same", async () => {
  await live();
  await removeLive();
  expect(await knownOf(TEXTS, { project: "annex", key: "agent:ricky:other" })).toEqual(TEXTS.slice(0, -1));
});

it("but not under another id, and not in another file", async () => {
  await live();
  await removeLive();
  expect(await knownOf(TEXTS, { id: "ricky-2" })).toEqual([]);
  expect(await knownOf(TEXTS, { key: KEY }, "user")).toEqual([]);
});

it("a text in an open conflict of the document itself stays somebody's", async () => {
  await create(database, { id: "rosa", soul: "I cook" });
  await complete(database, await claimOne(database), [listed("ricky"), listed("rosa")]);
  const about = { key: "agent:rosa:main" };
  await save(database, "I cook well", 1, about);
  await found(database, "I cook badly", null, about);
  const [row] = await database.query(
    "select private.known_sha256(id, null) as known from public.brain_docs where agent_key = $1 and doc_type = 'soul'",
    [about.key],
  );
  expect(z.array(z.string()).parse(row?.["known"]).sort()).toEqual([sha256("I cook"), sha256("I cook well")].sort());
});

it("the last text that a removed agent left is still known when its history was pruned", async () => {
  await database.query(
    "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, $2, 'memory_long', 'Day 0')",
    [PROJECT, KEY],
  );
  const about = { type: "memory_long" };
  await found(database, "Day 1", "Day 0", about);
  await found(database, "Day 2", "Day 1", about);
  await save(database, "Typed", 3, about);
  await removeLive();
  await database.query(
    "update public.brain_doc_versions set created_at = date_trunc('day', now()) - interval '20 days'",
  );
  await database.queryAs(service, "select * from public.fail_stuck_requests()");
  await create(database, { soul: "I read contracts" });
  await database.query(
    "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, $2, 'memory_long', 'New')",
    [PROJECT, KEY],
  );
  const [row] = await database.query(
    "select private.known_sha256(id, null) as known from public.brain_docs where doc_type = 'memory_long'",
  );
  const known = z.array(z.string()).parse(row?.["known"]);
  expect(["Day 0", "Day 1", "Day 2", "Typed"].filter((text) => known.includes(sha256(text)))).toEqual([
    ...["Day 0", "Day 2", "Typed"],
  ]);
});
