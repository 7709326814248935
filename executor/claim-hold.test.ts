import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { readFakeCalls, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { beat, create, requestRow, skipBackoff } from "../supabase/tests/road.ts";
import { createClaimHold } from "./claim-hold.ts";
import { createHandlers } from "./handlers/index.ts";
import { createOpenclaw } from "./openclaw.ts";
import { Worker } from "./worker.ts";
import * as workspaces from "./workspace.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
let bin: string;
let stop = () => Promise.resolve();

beforeAll(async () => {
  world = await startExecutorStack();
  await beat(world.database);
});
beforeEach(async () => {
  home = await world.newHome();
  bin = join(home, "openclaw");
});
afterEach(async () => {
  await stop();
  await world.clear();
});
afterAll(() => world.stop());

// Each request here is up to six processes.
vi.setConfig({ testTimeout: 90_000 });

const install = () => writeFile(bin, `#!/bin/sh\nexec '${FAKE_OPENCLAW}' "$@"\n`, { mode: 0o755 });
const uninstall = () => rm(bin);

function start({ lookEveryMs = 100 } = {}) {
  const { log } = recordedLog();
  const stateDir = join(home, "state");
  const openclaw = createOpenclaw({ bin, home, stateDir, stepTimeoutMs: 20_000, log });
  const queue = world.queue();
  const workspaceRoot = join(home, ".openclaw");
  const edges = { openclaw, workspaces, queue, workspaceRoot };
  const onChange = () => worker.nudge("hold");
  const hold = createClaimHold({ openclaw, stateDir, workspaceRoot, log, onChange, lookEveryMs });
  const worker = new Worker({
    queue: hold.over(queue),
    handlerOf: createHandlers(edges),
    announce: async () => undefined,
    onUnfit: hold.begin,
    ...{ concurrency: 3, sweepMs: 50, leaseMs: 60_000, log },
  });
  const running = worker.run();
  stop = async () => {
    await worker.stop(0);
    await running;
  };
  return hold;
}

const idOf = async (id: string) => (await create(world.database, { id })).request.id;
const patiently = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 60_000, interval: 25 });
const becomes = (id: string, expected: object) =>
  patiently(async () => expect(await requestRow(world.database, id)).toMatchObject(expected));
const hasProblem = ({ problem }: ReturnType<typeof start>, code: string) =>
  patiently(() => expect(problem()).toMatchObject({ code, message: expect.any(String), hint: expect.any(String) }));
const untouched = { status: "queued", attempts: 0, progress: [] };

test("without an OpenClaw that can be used nothing is claimed, and with one it goes on by itself", async () => {
  const id = await idOf("ricky");
  const hold = start();
  await hasProblem(hold, "openclaw_missing");
  await writeFile(bin, "#!/nowhere/node\n", { mode: 0o755 });
  await patiently(() => expect(hold.problem()).toMatchObject({ message: "OpenClaw cannot be started" }));
  await uninstall();
  setFakeMode(home, { version: "2026.3.8" });
  await install();
  await hasProblem(hold, "openclaw_too_old");
  expect(await requestRow(world.database, id)).toMatchObject({ ...untouched, picked_up_at: null });
  setFakeMode(home, {});
  await becomes(id, { status: "done", attempts: 1 });
  expect(hold.problem()).toBeNull();
});

test("an OpenClaw that vanishes before the writing costs no request an attempt, however many wait", async () => {
  await install();
  const hold = start({ lookEveryMs: 1000 });
  await becomes(await idOf("first"), { status: "done" });
  await uninstall();
  const ids = await Promise.all(["one", "two", "three", "four", "five"].map(idOf));
  await hasProblem(hold, "openclaw_missing");
  for (const id of ids) await becomes(id, untouched);
  await install();
  for (const id of ids) await becomes(id, { status: "done", attempts: 1 });
});

test("one that vanishes while it is written to costs an attempt, and holds the claims as well", async () => {
  await install();
  setFakeMode(home, { delegating: { "agents add": 1500 } });
  const hold = start();
  const id = await idOf("ricky");
  await patiently(() =>
    expect(readFakeCalls(home)).toContainEqual(
      expect.objectContaining({ argv: expect.arrayContaining(["add"]), childPid: expect.any(Number) }),
    ),
  );
  await uninstall();
  await becomes(id, { status: "queued", attempts: 1 });
  await hasProblem(hold, "openclaw_missing");
  await skipBackoff(world.database, id);
  const other = await idOf("other");
  await install();
  for (const one of [id, other]) await becomes(one, { status: "done" });
});

test.each([
  ["the folder", "probe.new"],
  ["the folder of the copies", "openclaw-config/probe.new"],
  ["a file that is read", "openclaw-gateway-calls.json"],
])("while %s in STATE_DIR cannot be used nothing is claimed", async (_, name) => {
  await install();
  // Nothing that writing a file takes away, and nothing that can be read.
  const obstacle = join(home, "state", name);
  await mkdir(join(obstacle, "full"), { recursive: true });
  const hold = start();
  const id = await idOf("ricky");
  await hasProblem(hold, "state_not_writable");
  const since = hold.problem()?.since;
  await hold.look();
  expect(hold.problem()).toMatchObject({ code: "state_not_writable", since });
  expect(await requestRow(world.database, id)).toMatchObject({ ...untouched, picked_up_at: null });
  await rm(obstacle, { recursive: true });
  await becomes(id, { status: "done", attempts: 1 });
});

test("a workspace that cannot be used is its own request's error, and holds nobody up", async () => {
  await install();
  await mkdir(join(home, ".openclaw"));
  await writeFile(join(home, ".openclaw", "workspace-broken"), "Not a folder");
  const hold = start();
  const [broken, other] = [await idOf("broken"), await idOf("other")];
  await becomes(broken, { status: "error", result: { code: "workspace_unsafe" } });
  await becomes(other, { status: "done" });
  expect(hold.problem()).toBeNull();
});
