import { once } from "node:events";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { readFakeCalls, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { executorProcesses } from "../dev/testing/executor-process.ts";
import { startExecutorStack } from "../dev/testing/executor-stack.ts";
import { canMount, mounting } from "../dev/testing/mounting.ts";
import { create, requestRow, skipBackoff } from "../supabase/tests/road.ts";

/** Several processes in turn, each of which has to start. */
const PATIENCE = { timeout: 90_000 };
const eventually = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 30_000, interval: 50 });

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
/** What the executors of this test have said so far. */
let logged = "";
const processes = executorProcesses();

beforeAll(async () => {
  world = await startExecutorStack({ realtime: "immediate" });
});
beforeEach(async () => {
  home = await world.newHome();
  logged = "";
});
afterEach(async () => {
  await processes.end();
  await world.clear();
  await world.database.query("truncate public.executors cascade");
});
afterAll(() => world.stop());

function executor(command: string, settings: Record<string, string> = {}, wrapper: string[] = []) {
  const env = {
    SUPABASE_URL: world.stack.apiUrl,
    SUPABASE_SERVICE_ROLE_KEY: world.stack.secretKey,
    OPENCLAW_BIN: FAKE_OPENCLAW,
    OPENCLAW_HOME: home,
    STATE_DIR: join(home, "state"),
    SWEEP_SECONDS: "300",
    ...settings,
  };
  const started = processes.start(command, env, [], { wrapper });
  started.child.stdout?.on("data", (chunk) => {
    logged += chunk;
  });
  return started;
}

/** Settings of an executor with a disk of its own. */
async function anotherMachine() {
  const there = await world.newHome();
  return { OPENCLAW_HOME: there, STATE_DIR: join(there, "state") };
}

const isDone = (id: string) =>
  eventually(async () => expect(await requestRow(world.database, id)).toMatchObject({ status: "done" }));
const isKnown = () =>
  eventually(async () => expect(await world.database.query("select from public.executors")).toHaveLength(1));

test("once does what is waiting and ends with 0, and with 1 when a request was not done", PATIENCE, async () => {
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

test("run hears of a new request long before the sweep, and SIGTERM lets it finish", PATIENCE, async () => {
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

test(
  "run keeps the documents of an agent that it has just made in step, both ways and without a sweep",
  PATIENCE,
  async () => {
    executor("run");
    await isKnown();
    await isDone((await create(world.database)).request.id);
    const soul = join(home, ".openclaw", "workspace-ricky", "SOUL.md");
    await world.database.query("update public.brain_docs set content = 'Typed' where doc_type = 'soul'");
    await eventually(async () => expect(await readFile(soul, "utf8")).toBe("Typed"));
    await writeFile(soul, "Written");
    const head = "select content from public.brain_docs where doc_type = 'soul'";
    await eventually(async () => expect(await world.database.query(head)).toEqual([{ content: "Written" }]));
  },
);

test("with Realtime off the sweep does it all", PATIENCE, async () => {
  executor("run", { REALTIME: "off", SWEEP_SECONDS: "1" });
  await isKnown();
  await isDone((await create(world.database)).request.id);
});

test("a second signal stops what runs and gives it back", PATIENCE, async () => {
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

test("a third signal leaves at once, whatever OpenClaw does", PATIENCE, async () => {
  setFakeMode(home, { hanging: { "agents add": { ignoresSigterm: true } } });
  const { request } = await create(world.database);
  const { child, ended } = executor("run");
  await eventually(async () =>
    expect(await requestRow(world.database, request.id)).toMatchObject({
      progress: expect.arrayContaining([{ step: "add", state: "running" }]),
    }),
  );
  for (const signal of ["SIGTERM", "SIGINT", "SIGTERM"] as const) {
    child.kill(signal);
    await eventually(() => expect(logged).toContain(`"signal":"${signal}"`));
    logged = "";
  }
  expect(await ended).toMatchObject({ code: 1 });
  for (const { pid, childPid } of readFakeCalls(home)) {
    if (childPid === undefined) continue;
    process.kill(childPid, "SIGKILL");
    process.kill(pid, "SIGKILL");
  }
});

test(
  "a second executor in one state folder is refused with the pid of the first, which goes on",
  PATIENCE,
  async () => {
    const { child } = executor("run");
    await isKnown();
    for (const command of ["run", "once"]) {
      const { code, stdout, stderr } = await executor(command).ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^The executor in .* is already running as process ${child.pid}: .*\n$`));
    }
    await isDone((await create(world.database)).request.id);
  },
);

test(
  "a second executor of one OpenClaw is refused, whatever its state folder and by whichever path",
  PATIENCE,
  async () => {
    const { child } = executor("run");
    await isKnown();
    const link = `${home}-link`;
    await symlink(home, link);
    const other = { EXECUTOR_ID: "other", STATE_DIR: `${home}-state` };
    for (const path of [home, link]) {
      const { code, stdout, stderr } = await executor("run", { ...other, OPENCLAW_HOME: path }).ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(`^Process ${child.pid} is the executor of the OpenClaw in ${path} already: .*\n$`),
      );
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await executor("once", other).ended).toMatchObject({ code: 0, stderr: "" });
  },
);

test("a restart after kill -9 waits neither for the dead process nor for its lease", PATIENCE, async () => {
  setFakeMode(home, { slow: { "agents add": 1500 } });
  const { child } = executor("run");
  const { request } = await create(world.database);
  await eventually(async () =>
    expect(await requestRow(world.database, request.id)).toMatchObject({
      progress: expect.arrayContaining([{ step: "add", state: "running" }]),
    }),
  );
  child.kill("SIGKILL");
  executor("run");
  await eventually(async () =>
    expect(await requestRow(world.database, request.id)).toMatchObject({ status: "queued", attempts: 1 }),
  );
  await skipBackoff(world.database, request.id);
  await isDone(request.id);
  const counters = "select counters from public.executors";
  await eventually(async () =>
    expect(await world.database.query(counters)).toMatchObject([{ counters: { oldestQueuedSeconds: 0 } }]),
  );
});

test("two machines under one id: the second waits, and both say so", PATIENCE, async () => {
  executor("run", { EXECUTOR_ID: "mini" });
  await isKnown();
  const { child, ended } = executor("run", { EXECUTOR_ID: "mini", ...(await anotherMachine()) });
  await eventually(() => expect(logged).toContain("another process works as this executor"));
  const alone = executor("once", { EXECUTOR_ID: "mini", ...(await anotherMachine()) });
  expect(await alone.ended).toMatchObject({ code: 1, stderr: expect.stringContaining("Another process works as") });
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
});

test(
  "its lines go to LOG_FILE, or else to a file in the state folder, and none to standard output",
  PATIENCE,
  async () => {
    await create(world.database);
    const named = join(home, "elsewhere", "named.log");
    const unnamed = join(home, "state", "logs", "executor.log");
    for (const [setting, file, done] of [
      [named, named, 1],
      ["", unnamed, 0],
    ] as const) {
      expect(await executor("once", { LOG_FILE: setting }).ended).toEqual({ code: 0, stdout: "", stderr: "" });
      const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
      expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ msg: "nothing is waiting", done });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
  },
);

test("a log that cannot be opened ends it with the setting's name and no stack", PATIENCE, async () => {
  const { code, stderr } = await executor("run", { LOG_FILE: home }).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^The log \S+ cannot be opened: EISDIR.*LOG_FILE.*\n$/);
});

test.skipIf(!canMount)(
  "a start with STATE_DIR and log on a full disk is heard of, with what is wrong",
  PATIENCE,
  async () => {
    const disk = join(home, "disk");
    await mkdir(disk);
    const fill = ["bash", "-c", 'head -c 9M /dev/zero > "$0/ballast" 2> /dev/null; exec "$@"', disk];
    const wrapper = [...mounting("-t", "tmpfs", "-o", "size=3m", "tmpfs", disk), ...fill];
    const settings = {
      STATE_DIR: join(disk, "state"),
      LOG_FILE: join(disk, "logs", "executor.log"),
      EXECUTOR_ID: "mini",
    };
    const { child, ended } = executor("run", settings, wrapper);
    await eventually(async () =>
      expect(await world.database.query("select id, problem->>'code' as code from public.executors")).toEqual([
        { id: "mini", code: "disk_full" },
      ]),
    );
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringContaining("lines wait in memory") });
  },
);

test("once that is stopped before everything is done ends with 1, and what waits stays", PATIENCE, async () => {
  setFakeMode(home, { hanging: { "agents add": { ignoresSigterm: false } } });
  const { request } = await create(world.database);
  const { request: behind } = await create(world.database, { id: "rosa" });
  const { child, ended } = executor("once", { CONCURRENCY: "1" });
  const adding = expect.arrayContaining([{ step: "add", state: "running" }]);
  await eventually(async () =>
    expect(await requestRow(world.database, request.id)).toMatchObject({ progress: adding }),
  );
  child.kill("SIGTERM");
  child.kill("SIGINT");
  const { code, stdout } = await ended;
  expect(code).toBe(1);
  expect(stdout).toContain("more may be waiting");
  for (const { id } of [request, behind])
    expect(await requestRow(world.database, id)).toMatchObject({ status: "queued" });
});

test(
  "wrong settings, an unknown command and a database that is away end it with words and without a trace",
  PATIENCE,
  async () => {
    const wrong = await executor("run", { CONCURRENCY: "0", SUPABASE_URL: "" }).ended;
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/SUPABASE_URL: is missing[\s\S]*CONCURRENCY: must be a whole number/);
    await expect(stat(join(home, "state"))).rejects.toMatchObject({ code: "ENOENT" });

    expect(await executor("dance").ended).toMatchObject({ code: 2, stderr: expect.stringContaining("Usage") });
    const away = await executor("once", { SUPABASE_URL: "http://127.0.0.1:9" }).ended;
    expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining("record_heartbeat: no answer") });
  },
);
