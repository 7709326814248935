import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { type Claimed, claimOne, complete, edit, listed, remove, report, retry } from "./life.ts";
import { beat, claim, create, fail, seedProject } from "./road.ts";

// Two connections meet over one agent, a hundred times each, at moments that the seed decides.
const ROUNDS = 100;
vi.setConfig({ testTimeout: 120_000 });
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
  await database.query("update private.settings set value = '100000' where key = 'creations_per_minute'");
});
afterAll(() => database.drop());

/** mulberry32: the same numbers below 1 for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type End<T> = { done: T } | { refused: string };

/** What became of it: done, or refused with which code. Anything else, a deadlock above all, is a failure. */
async function end<T>(work: Promise<T>): Promise<End<T>> {
  try {
    return { done: await work };
  } catch (error) {
    const { code, detail } = Object(error);
    if (!/^PT4\d\d$/.test(code)) throw error;
    return { refused: JSON.parse(detail).code };
  }
}

/** Both at once, each a little late by chance. */
async function meet<A, B>(random: () => number, one: () => Promise<A>, other: () => Promise<B>) {
  const late = async <T>(work: () => Promise<T>) => {
    await setTimeout(random() * 6);
    return await end(work());
  };
  return await Promise.all([late(one), late(other)]);
}

const keyOf = (id: string) => `agent:${id}:main`;
async function stateOf(id: string) {
  const [agent] = await database.query("select name, provisioned from public.agents where agent_key = $1", [keyOf(id)]);
  const open = await database.query(
    "select id, kind, status, display_name from public.agent_provision_requests where agent_key = $1 and status in ('queued', 'running')",
    [keyOf(id)],
  );
  expect(open.length, "open requests").toBeLessThanOrEqual(1);
  if (agent === undefined) expect(open, "requests of an agent that is gone").toEqual([]);
  return { agent, open: open[0] };
}

/** Nothing of earlier rounds waits. */
async function finish() {
  await database.query(
    "update public.agent_provision_requests set status = 'error', completed_at = now() where status in ('queued', 'running')",
  );
  await database.query("delete from public.executor_runtime");
}

/** Runs each round with an agent of its own; each of these ways to end is seen at least once. */
async function rounds(seed: number, ways: string[], play: (id: string, random: () => number) => Promise<string>) {
  const seen: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = `a${seed}-${round}`;
    const how = await play(id, randomOf(seed * 1000 + round));
    seen[how] = (seen[how] ?? 0) + 1;
    await finish();
  }
  // Rounds that all end one way met nobody.
  expect(Object.keys(seen)).toEqual(expect.arrayContaining(ways));
}

async function running(id: string): Promise<Claimed> {
  await create(database, { id });
  return await claimOne(database);
}
async function live(id: string) {
  await complete(database, await running(id), [listed(id)]);
}
const codeOf = (ended: End<unknown>) => ("refused" in ended ? ended.refused : "done");

it("an edit and a claim of what waits: the executor works on the new name, or the edit is refused", async () => {
  await rounds(1, ["done", "request_open"], async (id, random) => {
    await create(database, { id });
    const [edited, claimed] = await meet(
      random,
      () => edit(database, { name: "New" }, keyOf(id)),
      () => claim(database, { token: randomUUID() }),
    );
    const row = "done" in claimed ? claimed.done[0] : undefined;
    expect(["done", "request_open"]).toContain(codeOf(edited));
    if (row !== undefined) expect(row["display_name"]).toBe("done" in edited ? "New" : "Ricky");
    const { agent, open } = await stateOf(id);
    expect(open).toMatchObject({ display_name: agent?.["name"] });
    return codeOf(edited);
  });
});

it("a removal and a claim of what waits: it is gone and nobody works on it, or the removal is refused", async () => {
  await rounds(2, ["done", "request_open"], async (id, random) => {
    await create(database, { id });
    const [removed, claimed] = await meet(
      random,
      () => remove(database, keyOf(id)),
      () => claim(database, { token: randomUUID() }),
    );
    const { agent, open } = await stateOf(id);
    const taken = "done" in claimed ? claimed.done.length : 0;
    if ("done" in removed) {
      expect({ agent, open, taken }).toEqual({ agent: undefined, open: undefined, taken: 0 });
    } else {
      expect(removed.refused).toBe("request_open");
      expect(agent).toBeDefined();
    }
    return codeOf(removed);
  });
});

it("an edit and the completion of what runs: refused, or told to OpenClaw afterwards", async () => {
  await rounds(3, ["done", "request_open"], async (id, random) => {
    const claimed = await running(id);
    const [edited] = await meet(
      random,
      () => edit(database, { name: "New" }, keyOf(id)),
      () => complete(database, claimed, [listed(id)]),
    );
    const { agent, open } = await stateOf(id);
    expect(agent).toMatchObject({ provisioned: true });
    if ("done" in edited) expect(open).toMatchObject({ kind: "set_identity", status: "queued", display_name: "New" });
    else expect({ agent, open }).toMatchObject({ agent: { name: "Ricky" } });
    return codeOf(edited);
  });
});

it("a removal and the completion of what runs: refused, or asked of OpenClaw afterwards", async () => {
  await rounds(4, ["done", "request_open"], async (id, random) => {
    const claimed = await running(id);
    await report(database, claimed, "workspace", "add");
    const [removed] = await meet(
      random,
      () => remove(database, keyOf(id)),
      () => complete(database, claimed, [listed(id)]),
    );
    const { agent, open } = await stateOf(id);
    expect(agent).toMatchObject({ provisioned: true });
    if ("done" in removed) expect(open).toMatchObject({ kind: "deprovision", status: "queued" });
    else expect({ code: removed.refused, open }).toEqual({ code: "request_open", open: undefined });
    return codeOf(removed);
  });
});

it("a retry and a removal of what failed before OpenClaw heard of it: gone whenever the removal says so", async () => {
  await rounds(5, ["done done", "not_found done"], async (id, random) => {
    const { id: failed, token } = await running(id);
    await fail(database, failed, token, true);
    const [retried, removed] = await meet(
      random,
      () => retry(database, failed),
      () => remove(database, keyOf(id)),
    );
    const { agent, open } = await stateOf(id);
    if ("done" in removed) expect(agent).toBeUndefined();
    else expect({ code: removed.refused, open }).toMatchObject({ code: "request_open", open: { status: "queued" } });
    expect(["done", "not_found"]).toContain(codeOf(retried));
    return `${codeOf(retried)} ${codeOf(removed)}`;
  });
});

it("two removals, and an edit with a removal, of what is live: one request to remove it, and its name stays", async () => {
  await rounds(6, ["removed once"], async (id, random) => {
    await live(id);
    const [one, other] = await meet(
      random,
      () => remove(database, keyOf(id)),
      () => remove(database, keyOf(id)),
    );
    const ids = [one, other].map((ended) => ("done" in ended ? ended.done.request?.["id"] : ended.refused));
    const { open } = await stateOf(id);
    expect(ids).toEqual([open?.["id"], open?.["id"]]);
    const [edited, removed] = await meet(
      random,
      () => edit(database, { name: "New" }, keyOf(id)),
      () => remove(database, keyOf(id)),
    );
    expect([codeOf(edited), codeOf(removed)]).toEqual(["agent_deleting", "done"]);
    return "removed once";
  });
});

it("a removal and a claim of the new name: one of them has the agent", async () => {
  await rounds(7, ["done", "request_open"], async (id, random) => {
    await live(id);
    await edit(database, { name: "New" }, keyOf(id));
    const [removed] = await meet(
      random,
      () => remove(database, keyOf(id)),
      () => claim(database, { token: randomUUID() }),
    );
    const { open } = await stateOf(id);
    if ("done" in removed) expect(open).toMatchObject({ kind: "deprovision" });
    else
      expect({ code: removed.refused, open }).toMatchObject({ code: "request_open", open: { kind: "set_identity" } });
    return codeOf(removed);
  });
});

it("what somebody claims at this very moment counts as running: nobody waits for it, and so no two for each other", async () => {
  await create(database, { id: "held" });
  const claiming = new pg.Client({ connectionString: database.url });
  await claiming.connect();
  try {
    await claiming.query("begin");
    await claiming.query("select from public.agent_provision_requests where agent_key = $1 for update", [
      keyOf("held"),
    ]);
    const ends = [end(edit(database, { name: "New" }, keyOf("held"))), end(remove(database, keyOf("held")))];
    expect((await Promise.all(ends)).map(codeOf)).toEqual(["request_open", "request_open"]);
    await claiming.query("select from public.agents where agent_key = $1 for update", [keyOf("held")]);
    await claiming.query("rollback");
  } finally {
    await claiming.end();
  }
  expect(await edit(database, { name: "New" }, keyOf("held"))).toMatchObject({ request: { display_name: "New" } });
});
