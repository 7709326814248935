import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { acknowledge, acknowledgeAll, displaced, found, look, reportError, resolve, save } from "./document-verbs.ts";
import { beat, MINI, PROJECT, seedProject, service } from "./road.ts";

// Two who want the same rows meet behind a third, who holds one of them: whatever each locks first, it has by then.
vi.setConfig({ testTimeout: 120_000 });
let database: TestDatabase;
let holder: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await database.drop();
});

type Place = {
  key: string;
  id: string;
  type: "soul" | "memory_today";
  date: string | null;
  request: string;
  version?: number | undefined;
};
const TOKEN = randomUUID();
let rounds = 0;

/** A live agent with a document that is on disk, and a request that brings one. */
async function place(type: Place["type"]): Promise<Place> {
  rounds += 1;
  const key = `agent:r${rounds}:main`;
  const [made] = await database.query(
    `with agent as (
       insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, provisioned, executor_id)
       values ($1, $2, 'Ricky', '🦊', $3, true, $5)
     ), request as (
       insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji, role_short, kind, executor_id)
       values ($1, $2, $3, 'Ricky', '🦊', '', 'adopt', $5) returning id
     ), doc as (
       insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, $2, $4, 'a') returning id
     ) select doc.id, request.id as request from doc, request`,
    [PROJECT, key, `r${rounds}`, type, MINI],
  );
  const [id, request] = [String(made?.["id"]), String(made?.["request"])];
  await database.query(
    `with lease as (
       insert into private.request_leases (request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim)
       values ($1, $3, gen_random_uuid(), $4, now() + interval '1 day', false)
     ) insert into public.brain_doc_disk (doc_id, executor_id, revision, sha256) values ($2, $3, 1, private.sha256_of('a'))`,
    [request, id, MINI, TOKEN],
  );
  return { key, id, type, request, date: type === "memory_today" ? "2026-11-27" : null };
}

async function openConflict(at: Place): Promise<void> {
  await found(database, "in conflict", null, at);
  at.version = (await look(database, at)).conflict?.version;
}

const WORKS: Record<string, (at: Place) => Promise<unknown>> = {
  "a save": (at) => save(database, "typed", 1, { ...at, date: null }),
  "a settling": (at) => resolve(database, "settled", 1, at.version, at),
  "a found text": (at) => found(database, "found", null, at),
  "an acknowledgement": (at) => acknowledge(database, at.id, 1, "a", at),
  "acknowledgements of many": (at) =>
    acknowledgeAll(database, [{ id: at.id, revision: 1, sha256: "a", ...(at.date && { docDate: at.date }) }]),
  "a displaced text": (at) => displaced(database, at.id, "displaced", at),
  "an error": (at) => reportError(database, at.id, { code: "disk_full", message: "Full" }),
  "a removal": (at) => database.query("select private.remove_rows($1, $2, 'x')", [PROJECT, at.key]),
  "another dashboard": (at) => database.query("update public.brain_docs set content = 'd' where id = $1", [at.id]),
  "an adopted file": (at) =>
    database.queryAs(service, "select public.save_request_document($1, $2, 'soul', 'adopted')", [at.request, TOKEN]),
};
const HELD = {
  "its agent": "from public.agents where agent_key = $1",
  "the document": "from public.brain_docs where agent_key = $1",
  "what is on disk":
    "from public.brain_doc_disk where doc_id = (select id from public.brain_docs where agent_key = $1)",
};

/** What becomes of each: done, or refused. Anything else, a deadlock above all, is a failure. */
async function end(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    const { code, detail } = Object(error);
    if (!/^PT4\d\d$/.test(code)) throw error;
    return JSON.parse(detail).code;
  }
}

async function meet(held: string, key: string, works: (() => Promise<unknown>)[]): Promise<unknown[]> {
  await holder.query("begin");
  await holder.query(`select ${held} for update`, [key]);
  let ended = 0;
  const running: Promise<unknown>[] = [];
  for (const work of works) {
    running.push(end(work()).finally(() => (ended += 1)));
    await vi.waitFor(
      async () => {
        const waiting = await database.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        expect(waiting.length + ended).toBeGreaterThanOrEqual(running.length);
      },
      { interval: 2, timeout: 5_000 },
    );
  }
  await holder.query("commit");
  return await Promise.all(running);
}

const names = Object.keys(WORKS);
it.each(Object.entries(HELD))("whoever meets over a document behind %s, both end", async (_, held) => {
  for (const type of ["soul", "memory_today"] as const) {
    for (const one of names) {
      for (const other of names) {
        const at = await place(type);
        if ([one, other].includes("a settling")) await openConflict(at);
        const works = [one, other].map((name) => () => WORKS[name]?.(at) ?? Promise.reject(new Error(name)));
        await expect(meet(held, at.key, works), `${one} before ${other}, ${type}`).resolves.toHaveLength(2);
        const gone = await database.query("select from public.agents where agent_key = $1", [at.key]);
        const left = await database.query("select from public.brain_docs where agent_key = $1", [at.key]);
        if (gone.length === 0) expect(left, `what is left of ${at.key} after ${one} and ${other}`).toEqual([]);
      }
    }
  }
});

it("who acknowledges many waits for nobody, and is told which were not heard", async () => {
  const [held, free] = [await place("soul"), await place("soul")];
  const said = [held, free].map(({ id }) => ({ id, revision: 1, sha256: "said" }));
  await holder.query("begin");
  await holder.query(`select ${HELD["the document"]} for update`, [held.key]);
  const heard = await acknowledgeAll(database, said);
  await holder.query("commit");
  expect(heard).toEqual([free.id]);
  expect(await database.query("select doc_id as id from public.brain_doc_disk where sha256 = 'said'")).toEqual([
    { id: free.id },
  ]);
});

it("of two who save over the same revision one is told what the other saved", async () => {
  for (let round = 0; round < 20; round += 1) {
    const at = await place("soul");
    const typed = ["one", "two", "three"];
    const saved = await Promise.all(typed.map((text) => save(database, text, 1, { key: at.key })));
    const winner = saved.find(({ outcome }) => outcome === "saved")?.document.content;
    expect(saved.map(({ outcome }) => outcome).sort()).toEqual(["changed", "changed", "saved"]);
    for (const { document } of saved) expect(document.content).toBe(winner);
    expect(await look(database, { key: at.key })).toMatchObject({ content: winner, revision: 2 });
  }
});

it("of two who begin a document one is told what the other saved", async () => {
  for (let round = 0; round < 20; round += 1) {
    const { key } = await place("soul");
    const about = { key, type: "agents" };
    const saved = await Promise.all(["one", "two"].map((text) => save(database, text, 0, about)));
    expect(saved.map(({ outcome }) => outcome).sort()).toEqual(["changed", "saved"]);
    expect(saved[0]?.document.content).toBe(saved[1]?.document.content);
  }
});

it("what is typed and what is found at the same moment are both kept, and both are told what became of them", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const at = await place("soul");
    const [typed, onDisk] = await Promise.all([
      setTimeout(round % 4).then(() => save(database, "typed", 1, { key: at.key })),
      setTimeout(3 - (round % 4)).then(() => found(database, "found", "a", { key: at.key })),
    ]);
    const { content, conflict } = await look(database, { key: at.key });
    seen.add(`${typed.outcome} ${String(onDisk["outcome"])}`);
    if (typed.outcome === "saved")
      expect({ content, conflict }).toMatchObject({ content: "typed", conflict: { content: "found" } });
    else expect({ content, conflict }).toEqual({ content: "found", conflict: null });
  }
  expect([...seen].sort()).toEqual(["changed adopted", "saved conflict"]);
});
