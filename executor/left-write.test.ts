import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { readFakeCalls, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { executorProcesses } from "../dev/testing/executor-process.ts";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { create, expireLease, requestRow, skipBackoff } from "../supabase/tests/road.ts";
import { createOpenclaw } from "./openclaw.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
const processes = executorProcesses();

beforeAll(async () => {
  world = await startExecutorStack();
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

const PATIENT = { timeout: 40_000, interval: 50 };
const noteFile = () => join(home, "state", "openclaw-write.json");

const executor = () =>
  processes.start("run", {
    SUPABASE_URL: world.stack.apiUrl,
    SUPABASE_SERVICE_ROLE_KEY: world.stack.secretKey,
    OPENCLAW_BIN: FAKE_OPENCLAW,
    OPENCLAW_HOME: home,
    STATE_DIR: join(home, "state"),
    EXECUTOR_ID: "mini",
    REALTIME: "off",
    SWEEP_SECONDS: "1",
  });

/** The launcher of the add that runs, and the child that does its work. */
async function runningAdd(): Promise<{ launcher: number; worker: number }> {
  return await vi.waitFor(() => {
    const calls = readFakeCalls(home);
    // The child has begun by itself, and knows how it shall behave.
    for (const { argv, pid, childPid = 0 } of calls)
      if (argv[1] === "add" && calls.some((call) => call.pid === childPid)) return { launcher: pid, worker: childPid };
    throw new Error("No add runs yet");
  }, PATIENT);
}

/** Zombies count as gone: who reaps them is not the executor's business. */
function aliveOf(pids: number[]): string[] {
  const { stdout } = spawnSync("ps", ["-o", "stat=,args=", "-p", pids.join(",")], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("Z"));
}

test.each([
  ["its child and launcher still at work", false],
  ["its launcher killed too and the child an orphan", true],
])(
  "after kill -9 in the middle of an add, with %s, one more executor makes exactly one agent",
  { timeout: 90_000 },
  async (_, isOrphan) => {
    // Long enough to be still there if nobody ended it.
    setFakeMode(home, { delegating: { "agents add": 120_000 } });
    const { request } = await create(world.database);
    const first = executor();
    const { launcher, worker } = await runningAdd();
    expect(JSON.parse(await readFile(noteFile(), "utf8"))).toMatchObject({ verb: "agents add", requestId: request.id });
    first.child.kill("SIGKILL");
    await first.ended;
    if (isOrphan) process.kill(launcher, "SIGKILL");
    expect(aliveOf([worker])).toHaveLength(1);

    setFakeMode(home, {});
    await expireLease(world.database, request.id);
    executor();
    await vi.waitFor(async () => {
      await skipBackoff(world.database, request.id);
      expect(await requestRow(world.database, request.id)).toMatchObject({ status: "done", attempts: 2 });
    }, PATIENT);
    expect(aliveOf([launcher, worker])).toEqual([]);
    expect(existsSync(noteFile())).toBe(false);
    const openclaw = createOpenclaw({ bin: FAKE_OPENCLAW, home, stepTimeoutMs: 10_000, log: recordedLog().log });
    expect((await openclaw.listAgents()).map(({ id }) => id)).toEqual(["main", "ricky"]);
    expect((await readdir(join(home, ".openclaw"))).filter((name) => name.startsWith("workspace"))).toEqual([
      "workspace-ricky",
    ]);
  },
);
