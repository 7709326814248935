import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attack } from "./attack.ts";
import { CLASSES } from "./classes/index.ts";
import { workOff } from "./mac-mini.ts";
import { compare, readFiles, readRows, type Snapshot } from "./snapshot.ts";
import { PROJECTS } from "./victims.ts";
import { startWorld, type World } from "./world.ts";

const LEAST_IN_A_CLASS = 8;
const LEAST_IN_ALL = 100;

let world: World;
const endured = new Map<string, number>();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** How things stood when the attack before was over: nothing happens in between. */
let stood: { mode: Attack["mode"]; rows: Snapshot; files: Snapshot } | undefined;

async function look(mode: Attack["mode"]) {
  const [rows, files] = await Promise.all([readRows(world.database), readFiles(world.mac, world.home)]);
  return { mode, rows, files };
}

async function endure({ mode = "open", attempt, answer, adds = {}, changes = [], writes = [] }: Attack): Promise<void> {
  if (stood?.mode !== mode) {
    await world.setMode(mode);
    stood = await look(mode);
  }
  const before = stood;
  stood = undefined;
  const got = await attempt(world);
  const after = await look(mode);
  stood = after;

  const { body, ...outcome } = answer;
  expect({ status: got.status, code: got.code }, JSON.stringify(got.body)).toEqual({ code: undefined, ...outcome });
  if (body !== undefined) expect(got.body).toEqual(body);

  const rows = compare(before.rows, after.rows);
  for (const table of changes) {
    rows.gone.delete(table);
    rows.added.delete(table);
  }
  expect(Object.fromEntries(rows.gone), "rows that changed or went").toEqual({});
  const counts = [...rows.added].map(([table, texts]) => [table, texts.length]);
  expect(Object.fromEntries(counts), JSON.stringify([...rows.added])).toEqual(adds);

  const files = compare(before.files, after.files);
  const written = new Set([...files.gone.keys(), ...files.added.keys()]);
  expect([...written].sort(), "places on the Mac mini that were written to").toEqual([...writes].sort());
}

/** Those in which it makes no difference to the answer who attacks, and must make none. */
const ALIKE_TO_A_STRANGER = ["metacharacters", "bodies"];
const rounds = Object.entries(CLASSES).flatMap(([name, attacks]) => [
  { name, attacks, outsider: "public" as const },
  ...(ALIKE_TO_A_STRANGER.includes(name)
    ? [{ name: `${name}, of somebody who signed up`, attacks, outsider: "stranger" as const }]
    : []),
]);

describe.each(rounds)("$name", ({ name, attacks, outsider }) => {
  beforeAll(() => {
    world.outsider = outsider;
  });
  it.for(attacks.map((attack) => [attack.name, attack] as const))("%s", async ([, attack]) => {
    await endure(attack);
    endured.set(name, (endured.get(name) ?? 0) + 1);
  });
});

describe("in the end", () => {
  it("there were attacks enough, in each class and in all", () => {
    const counts = rounds.map(({ name }) => ({ class: name, count: endured.get(name) ?? 0 }));
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    const width = Math.max(...counts.map((row) => row.class.length));
    const lines = [{ class: "class", count: "count" }, ...counts, { class: "in all", count: total }];
    process.stdout.write(lines.map((row) => `${row.class.padEnd(width)} | ${row.count}\n`).join(""));
    expect(counts.filter(({ count }) => count < LEAST_IN_A_CLASS)).toEqual([]);
    expect(total).toBeGreaterThanOrEqual(LEAST_IN_ALL);
  });

  it("what was asked for in the lobby lives on the Mac mini under the names that were said, and wrote nowhere else", {
    timeout: 120_000,
  }, async () => {
    const waiting = await world.database.query(
      "select agent_id_short as id, display_name as name, emoji from public.agent_provision_requests where project_id = $1",
      [PROJECTS.lobby],
    );
    const before = await readFiles(world.mac, world.home);
    const { ends, listAgents } = await workOff(world, PROJECTS.lobby);
    expect(ends).toEqual({ done: waiting.length, failed: 0, released: 0, cancelled: 0, lost: 0 });
    expect(await listAgents()).toEqual(expect.arrayContaining(waiting.map((row) => expect.objectContaining(row))));
    const { gone, added } = compare(before, await readFiles(world.mac, world.home));
    expect([...gone.keys()]).toEqual([]);
    expect([...added.keys()].sort()).toEqual(waiting.flatMap(({ id }) => [`agent ${id}`, `workspace-${id}`]).sort());
  });

  it("the function met nothing that it had not expected", async () => {
    expect((await world.readFunctionLog()).filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
