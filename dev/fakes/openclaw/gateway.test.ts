import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { changeConfig } from "./config-file.ts";
import { startGateway } from "./gateway.ts";
import { readFakeCalls, setFakeMode } from "./mode.ts";
import { FAKE_OPENCLAW, openSandbox, silent } from "./sandbox.ts";

// A fault of the gateway costs up to four processes.
vi.setConfig({ testTimeout: 60_000 });

const CREATE = "gateway call agents.create";

/** A home whose gateway runs, in this mode. */
async function openHome(mode: Parameters<typeof setFakeMode>[1] = {}, stepTimeoutMs = 30_000) {
  // Nothing here comes late.
  const killPauseMs = 0;
  const events: { verb?: string; word?: string }[] = [];
  const warn = (event: object) => void events.push(event);
  const sandbox = openSandbox({ stepTimeoutMs, killPauseMs, graceMs: 500, log: { ...silent, warn } });
  const gateway = await startGateway(FAKE_OPENCLAW, sandbox.home);
  onTestFinished(async () => {
    await gateway[Symbol.asyncDispose]();
    sandbox[Symbol.dispose]();
  });
  setFakeMode(sandbox.home, mode);
  const ricky = { id: "ricky", workspace: sandbox.workspaceOf("ricky") };
  return {
    ...sandbox,
    gateway,
    ricky,
    events,
    add: () => sandbox.openclaw.addAgent(ricky),
    ids: async () => (await sandbox.openclaw.listAgents()).map(({ id }) => id),
    /** What was run to write, and the lists that came between and after. */
    run: () =>
      readFakeCalls(sandbox.home)
        .filter(({ childPid, argv }) => childPid === undefined && argv[0] !== "--version")
        .map(({ argv }) => argv.slice(0, argv[0] === "gateway" ? 3 : 2).join(" ")),
  };
}

test("where a gateway answers it is asked, and nobody is told its token", async () => {
  const home = await openHome();
  const token = "a-token-that-opens-the-gateway";
  const config = join(home.home, ".openclaw", "openclaw.json");
  const { gateway, ...rest } = JSON.parse(readFileSync(config, "utf8"));
  writeFileSync(config, JSON.stringify({ ...rest, gateway: { ...gateway, auth: { mode: "token", token } } }));
  await home.add();
  expect(home.run()).toEqual(["agents list", CREATE]);
  expect(JSON.stringify(readFakeCalls(home.home))).not.toContain(token);
});

test.each([
  ["refuses", { failing: { [CREATE]: { message: "the config cannot be written" } } }],
  ["wants credentials that the CLI does not have", { withoutCredentials: true }],
])("a gateway that %s leaves the work to the CLI", async (_, mode) => {
  const home = await openHome(mode);
  await home.add();
  expect(home.run()).toEqual(["agents list", CREATE, "agents add"]);
  expect(home.events).toContainEqual({ verb: CREATE, word: "refused" });
  expect(await home.ids()).toEqual(["main", "ricky"]);
});

test("what a gateway has done without saying so is found in the list, and not done again", async () => {
  const home = await openHome({
    unanswered: { [CREATE]: true, "gateway call agents.update": true, "gateway call agents.delete": true },
  });
  await home.add();
  await home.openclaw.setIdentity({ id: "ricky", name: "Ricky", emoji: "🦊" });
  expect((await home.openclaw.listAgents())[1]).toMatchObject({ name: "Ricky", emoji: "🦊" });
  await home.openclaw.deleteAgent("ricky");
  expect(await home.ids()).toEqual(["main"]);
  expect(home.run().filter((verb) => /^agents (?!list)/.test(verb))).toEqual([]);
});

test.each([
  ["does not answer, and has done nothing", { unanswered: { [CREATE]: false } }, 30_000],
  ["makes its CLI hang", { hanging: { [CREATE]: { ignoresSigterm: false } } }, 4_000],
  ["breaks its CLI", { crashing: { [CREATE]: "Segmentation fault" } }, 30_000],
])("of a gateway that %s nobody knows, so the list is asked before the CLI", async (_, mode, stepTimeoutMs) => {
  const home = await openHome(mode, stepTimeoutMs);
  await home.add();
  expect(home.run()).toEqual(["agents list", CREATE, "agents list", "agents add"]);
  expect(home.events).toContainEqual({ verb: CREATE, word: "unknown" });
  expect(await home.ids()).toEqual(["main", "ricky"]);
});

test("a gateway that accepts and says nothing, that has died, or that works on another config is not asked", async () => {
  const frozen = await openHome();
  frozen.gateway.freeze();
  await frozen.add();
  expect(frozen.run()).toEqual(["agents list", "agents add"]);

  const gone = await openHome();
  changeLock(gone.home, { pid: 2 ** 22 + 1 });
  await gone.add();
  expect(gone.run()).toEqual(["agents list", "agents add"]);

  const other = await openHome();
  changeLock(other.home, { configPath: join(frozen.home, ".openclaw", "openclaw.json") });
  await other.add();
  expect(other.run()).toEqual(["agents list", "agents add"]);
});

test("an id that the gateway answers otherwise is a failure, as it is of the CLI", async () => {
  const home = await openHome({ answeringFor: { [CREATE]: "ricky-2" } });
  await expect(home.add()).rejects.toMatchObject({ code: "wrong_in_runtime", permanent: true });
});

test("agents that are lost on the gateway's road stop every write, as on the other", async () => {
  const home = await openHome();
  changeConfig(join(home.home, ".openclaw"), ({ agents }) => {
    agents.entries["rosa"] = { workspace: "/nowhere" };
  });
  await home.openclaw.listAgents();
  setFakeMode(home.home, { losing: { [CREATE]: ["rosa"] } });
  await home.add();
  await home.openclaw.listAgents();
  await expect(home.openclaw.requireNoneLost()).rejects.toMatchObject({ code: "runtime_lost_agents" });
  const before = home.run().length;
  await expect(home.openclaw.deleteAgent("ricky")).rejects.toMatchObject({ code: "runtime_lost_agents" });
  expect(home.run()).toHaveLength(before);
});

test("a write that may not begin is not begun on either road", async () => {
  const home = await openHome();
  const onBegin = () => Promise.reject(new Error("Cancelled"));
  await expect(home.openclaw.addAgent(home.ricky, { onBegin })).rejects.toThrow("Cancelled");
  expect(home.run()).toEqual(["agents list"]);
});

function changeLock(home: string, change: object): void {
  const file = join(home, ".openclaw", "tmp", `openclaw-${process.getuid?.()}`, "gateway.state.lock");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), ...change }));
}
