import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { executorProcesses } from "../dev/testing/executor-process.ts";
import { eventually, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { create, requestRow } from "../supabase/tests/road.ts";

// Each request is a dozen processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
const processes = executorProcesses();

beforeAll(async () => {
  world = await startExecutorStack({ realtime: "immediate" });
});
beforeEach(async () => {
  home = await world.newHome();
});
afterEach(async () => {
  await processes.end();
  await world.clear();
  await world.database.query("truncate public.executors cascade");
});
afterAll(() => world.stop());

function executor(command: string, settings: Record<string, string> = {}) {
  return processes.start(command, {
    SUPABASE_URL: world.stack.apiUrl,
    SUPABASE_SERVICE_ROLE_KEY: world.stack.secretKey,
    OPENCLAW_BIN: FAKE_OPENCLAW,
    OPENCLAW_HOME: home,
    STATE_DIR: join(home, "state"),
    SWEEP_SECONDS: "300",
    ...settings,
  });
}

const isDone = (id: string) =>
  eventually(async () => expect(await requestRow(world.database, id)).toMatchObject({ status: "done" }));
const isKnown = () =>
  eventually(async () => expect(await world.database.query("select from public.executors")).toHaveLength(1));

test("once does what is waiting and ends with 0, and with 1 when a request was not done", async () => {
  await create(world.database);
  const { code, stdout } = await executor("once").ended;
  expect(code, stdout).toBe(0);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events).toContainEqual(
    expect.objectContaining({ level: "info", msg: "step done", agent: "ricky", step: "add", attempt: 1 }),
  );
  expect(await readFile(join(home, ".openclaw", "workspace-ricky", "SOUL.md"), "utf8")).toBe("I am ricky");
  expect(await readFile(join(home, "state", "executor-id"), "utf8")).toMatch(/^executor-[0-9a-f]{16}\n$/);

  await create(world.database, { id: "rosa" });
  setFakeMode(home, { lying: ["agents add"] });
  expect((await executor("once").ended).code).toBe(1);
});

test("run hears of a new request long before the sweep, and SIGTERM lets it finish", async () => {
  const { child, ended } = executor("run");
  await isKnown();
  await isDone((await create(world.database)).request.id);

  setFakeMode(home, { slow: { "agents add": 1500 } });
  const slow = (await create(world.database, { id: "slow" })).request.id;
  await eventually(async () => expect(await requestRow(world.database, slow)).toMatchObject({ status: "running" }));
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
  expect(await requestRow(world.database, slow)).toMatchObject({ status: "done", attempts: 1 });
});

test("with Realtime off the sweep does it all", async () => {
  executor("run", { REALTIME: "off", SWEEP_SECONDS: "1" });
  await isKnown();
  await isDone((await create(world.database)).request.id);
});

test("a second signal stops what runs and gives it back", async () => {
  setFakeMode(home, { hanging: { "agents add": { ignoresSigterm: false } } });
  const { request } = await create(world.database);
  const { child, ended } = executor("run");
  const adding = expect.arrayContaining([{ step: "add", state: "running" }]);
  await eventually(async () =>
    expect(await requestRow(world.database, request.id)).toMatchObject({ progress: adding }),
  );
  child.kill("SIGINT");
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: 0 });
  expect(await requestRow(world.database, request.id)).toMatchObject({ status: "queued", attempts: 1 });
});

test("wrong settings, an unknown command and a database that is away end it with words and without a trace", async () => {
  const wrong = await executor("run", { CONCURRENCY: "0", SUPABASE_URL: "" }).ended;
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toMatch(/SUPABASE_URL: is missing[\s\S]*CONCURRENCY: must be a whole number/);
  await expect(stat(join(home, "state"))).rejects.toMatchObject({ code: "ENOENT" });

  expect(await executor("dance").ended).toMatchObject({ code: 2, stderr: expect.stringContaining("Usage") });
  const away = await executor("once", { SUPABASE_URL: "http://127.0.0.1:9" }).ended;
  expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining("record_heartbeat: no answer") });
});
