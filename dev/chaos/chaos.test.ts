import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeConfig } from "../fakes/openclaw/config-file.ts";
import { recordFakeAdd, recordFakeDelete } from "../fakes/openclaw/mode.ts";
import { recordWriteEvent, type WriteEvent } from "../fakes/openclaw/writes.ts";
import { FAULTS } from "./faults/index.ts";
import { askFor } from "./faults/later-life.ts";
import { isClean, playAll } from "./run.ts";
import { startScene } from "./scene.ts";
import { tableOf } from "./table.ts";
import { startWorld, type World } from "./world.ts";

/** A run that failed is run again with `npm run chaos -- --short --seed N`. */
const SEED = 20_261_127;
const AT_ONCE = 8;
const PATIENCE_MS = 60_000;
const OPTIONS = { seed: SEED, isShort: true, minutes: 0 };

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test("the judge sees what is lost, what is doubled, and what ended wrong", { timeout: 240_000 }, async () => {
  const scene = await startScene(world, { ...OPTIONS, name: "judged", key: "judged" });
  const [machine, other] = [await scene.machine(), await scene.machine()];
  const ids = (await scene.ask(8, { executor: machine })).map(({ agentId }) => agentId);
  const [gone = "", edited = "", unlisted = "", renamed = "", doubled = "", added = "", rewritten = "", unsaid = ""] =
    ids;
  const [retried = "", late = ""] = (await scene.ask(2, { executor: machine, attempts: 1 })).map((one) => one.agentId);
  const [never] = await scene.ask(1, { executor: other });
  // Two of them may take one attempt alone: a busy machine must not cost them their leases.
  await machine.start({ settings: { LEASE_SECONDS: "60" } });
  const areDone = async () => (await scene.counts()).get("done") === ids.length + 2;
  await scene.until("all but one are done", areDone, PATIENCE_MS);
  await machine.stop();

  const runtime = join(machine.home, ".openclaw");
  await world.query("delete from public.agent_provision_requests where agent_id_short = $1", [gone]);
  await world.query("update public.brain_docs set content = 'else' where agent_key = $1", [`agent:${edited}:main`]);
  changeConfig(runtime, ({ agents }) => {
    delete agents.entries[unlisted];
    agents.entries["stranger"] = { workspace: "/elsewhere" };
    agents.entries[renamed] = { ...agents.entries[renamed], identity: { name: "Nobody", emoji: "🦊" } };
  });
  changeConfig(join(other.home, ".openclaw"), ({ agents }) => {
    agents.entries[doubled] = { workspace: "/elsewhere" };
  });
  recordFakeAdd(machine.home, { id: added, workspace: "/elsewhere" });
  await writeFile(join(runtime, `workspace-${rewritten}`, "USER.md"), "Half a te");
  await writeFile(join(runtime, `workspace-${rewritten}`, ".USER.md.hatchery"), "Half");
  await world.query("update public.agents set provisioned = false where agent_id_short = $1", [unsaid]);
  await world.query("update public.agent_provision_requests set attempts = 2 where agent_id_short = $1", [retried]);
  const write = (event: WriteEvent["event"], pid: number, agentId: string) =>
    recordWriteEvent(machine.home, { event, pid, agentId, verb: "agents add", at: Date.now() });
  // Two at a time, of which one was not asked to end and never did; and one that was, and heard of it, but went on too long.
  for (const [event, pid] of [
    ["begin", 1],
    ["begin", 2],
    ["end", 1],
    ["begin", 3],
    ["sigterm", 3],
  ] as const)
    write(event, pid, late);

  const { lost, doubled: twice, wrongEnd } = (await scene.end()).verdict;
  const about = (sentences: string[]) => [...new Set(sentences.map((sentence) => sentence.split(/: | was left/)[0]))];
  expect(about(lost)).toEqual([gone, never?.agentId, edited]);
  expect(about(twice)).toEqual([doubled, added]);
  expect(about(wrongEnd)).toEqual([
    ...[retried, unlisted, renamed, rewritten, unsaid],
    `agents add of ${late} (process 1) went on after the end of its request`,
    `workspace-${rewritten}/.USER.md.hatchery`,
    `agents add of ${late} (process 2) began before the end of agents add of ${late} (process 1)`,
    `agents add of ${late} (process 2) was killed, and was not asked to end`,
    "stranger",
  ]);
});

test("the judge sees what is left of an agent that was removed, and who has another name", {
  timeout: 240_000,
}, async () => {
  const scene = await startScene(world, { ...OPTIONS, name: "judged later", key: "later" });
  const machine = await scene.machine();
  const agents = await askFor(scene, machine, "provision", 6);
  await machine.start();
  await scene.quiet(PATIENCE_MS);
  const [renamed, ...removed] = agents;
  await scene.askToChange("set_identity", renamed ? [renamed] : []);
  await scene.askToChange("deprovision", removed);
  await scene.quiet(PATIENCE_MS);
  await machine.stop();

  const [there = "", untrashed = "", remembered = "", twice = "", fine = ""] = removed.map(({ agentId }) => agentId);
  const runtime = join(machine.home, ".openclaw");
  changeConfig(runtime, ({ agents: { entries } }) => {
    entries[there] = { workspace: join(runtime, `workspace-${there}`) };
    entries[renamed?.agentId ?? ""] = { ...entries[renamed?.agentId ?? ""], identity: { name: "Old", emoji: "🦊" } };
  });
  await mkdir(join(runtime, `workspace-${there}`));
  for (const path of await readdir(join(machine.home, ".Trash"), { recursive: true }))
    if (path.endsWith(`workspace-${untrashed}`)) await rm(join(machine.home, ".Trash", path), { recursive: true });
  await world.query("insert into public.agent_status (project_id, agent_key) values ($1, $2)", [
    scene.projectId,
    `agent:${remembered}:main`,
  ]);
  recordFakeDelete(machine.home, { id: twice, workspace: "/elsewhere" });

  const { verdict } = await scene.end();
  expect(verdict).toEqual({
    lost: [],
    doubled: [`${twice}: was removed 2 times`],
    wrongEnd: [
      `${renamed?.agentId}: name is Old, not ${renamed?.name} II`,
      `${renamed?.agentId}: emoji is 🦊, not 🐙`,
      `${there}: was removed, and lives`,
      `${there}: was removed, and its workspace is in its place`,
      `${untrashed}: was removed, and its files are not in the trash`,
      `${remembered}: was removed, and its rows are there`,
    ],
  });
  expect(JSON.stringify(verdict)).not.toContain(fine);
});

test("whatever breaks, nothing is lost, nothing is doubled, and nothing ends wrong", { timeout: 900_000 }, async () => {
  const faults = FAULTS.filter(({ isInShortPart }) => isInShortPart);
  const rows = await playAll(world, faults, {
    ...OPTIONS,
    jobs: AT_ONCE,
    onRow: () => undefined,
  });
  expect(
    rows.filter((row) => !isClean(row)),
    tableOf(rows),
  ).toEqual([]);
});
