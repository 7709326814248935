import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../dev/fakes/openclaw/gateway.ts";
import { readFakeDeletes, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW, openSandbox, silent } from "../dev/fakes/openclaw/sandbox.ts";
import { createOpenclaw } from "./openclaw.ts";

// Each write is a process or two, and a call that hangs takes its time-out.
vi.setConfig({ testTimeout: 90_000 });

const STEP_TIMEOUT_MS = 5_000;
const KILL_PAUSE_MS = 5_000;

/**
 * A home whose gateway has been asked to remove ricky and hangs, before it has done anything, until `letGo`; the CLI has
 * removed him meanwhile.
 */
async function openHome() {
  const options = { stepTimeoutMs: STEP_TIMEOUT_MS, killPauseMs: KILL_PAUSE_MS, graceMs: 500 };
  const sandbox = openSandbox(options);
  const { home } = sandbox;
  const gateway = await startGateway(FAKE_OPENCLAW, home);
  const gate = join(home, "gate");
  const free = Promise.withResolvers<void>();
  const passed = Promise.withResolvers<void>();
  const server = createServer((connection) => {
    connection.on("error", () => connection.destroy());
    connection.once("data", async (line) => {
      const { verb, when } = JSON.parse(String(line));
      if (verb === "gateway agents.delete" && when === "after") passed.resolve();
      if (verb === "gateway agents.delete" && when === "before") await free.promise;
      connection.end();
    });
  }).listen(gate);
  await once(server, "listening");
  onTestFinished(async () => {
    free.resolve();
    await gateway[Symbol.asyncDispose]();
    server.close();
    sandbox[Symbol.dispose]();
  });
  const ricky = { id: "ricky", workspace: sandbox.workspaceOf("ricky") };
  await sandbox.openclaw.addAgent(ricky);
  setFakeMode(home, { gate });
  await sandbox.openclaw.deleteAgent("ricky");
  const ids = async () => (await sandbox.openclaw.listAgents()).map(({ id }) => id);
  expect(await ids()).toEqual(["main"]);
  return {
    ...sandbox,
    gateway,
    ricky,
    ids,
    /** Whatever the gateway does with it, it has done it when this resolves. */
    async letGo() {
      free.resolve();
      await passed.promise;
    },
    /** The executor that comes after this one. */
    restarted: () => createOpenclaw({ bin: FAKE_OPENCLAW, home, log: silent, ...options }),
  };
}

test.each(["this executor", "the next one"])(
  "an agent that %s makes under the id of one that a gateway may still remove waits, and stays",
  async (who) => {
    const home = await openHome();
    const openclaw = who === "this executor" ? home.openclaw : home.restarted();
    const waits = Promise.withResolvers<string>();
    const adding = openclaw.addAgent(home.ricky, { onWait: waits.resolve });
    expect(await Promise.race([waits.promise, adding])).toMatch(/gateway has not answered an earlier call for ricky/);
    expect(await home.ids()).toEqual(["main"]);
    await home.letGo();
    await adding;
    expect(await home.ids()).toEqual(["main", "ricky"]);
    expect(readFakeDeletes(home.home)).toHaveLength(1);
  },
);

test("another agent does not wait, and nobody does when the gateway has ended", async () => {
  const home = await openHome();
  const onWait = (why: string) => expect.unreachable(why);
  await home.openclaw.addAgent({ id: "rosa", workspace: home.workspaceOf("rosa") }, { onWait });
  await home.gateway.kill();
  await home.openclaw.addAgent(home.ricky, { onWait });
  expect(await home.ids()).toEqual(["main", "rosa", "ricky"]);
});

test("a gateway that stays silent is named, and goes on without harm once it wakes up", async () => {
  const home = await openHome();
  home.gateway.freeze();
  await expect(home.openclaw.addAgent(home.ricky)).rejects.toMatchObject({
    ...{ code: "step_timeout", permanent: false },
    message: expect.stringContaining("agents.delete of ricky"),
    hint: expect.stringContaining("Restart OpenClaw's gateway"),
  });
  expect(await home.ids()).toEqual(["main"]);
  home.gateway.thaw();
  await home.letGo();
  await home.openclaw.addAgent(home.ricky);
  expect(await home.ids()).toEqual(["main", "ricky"]);
});
