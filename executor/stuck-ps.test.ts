import { existsSync } from "node:fs";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { readFakeCalls, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { executorProcesses } from "../dev/testing/executor-process.ts";
import { startExecutorStack } from "../dev/testing/executor-stack.ts";
import { canMount, mounting } from "../dev/testing/mounting.ts";
import { create, requestRow, skipBackoff } from "../supabase/tests/road.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
const processes = executorProcesses();

beforeAll(async () => {
  world = await startExecutorStack();
  home = await world.newHome();
  await copyFile("/usr/bin/ps", join(home, "ps"));
  const ps = `#!/bin/sh\n[ -e ${join(home, "ps-hangs")} ] && exec sleep 60\nexec ${join(home, "ps")} "$@"\n`;
  await writeFile(join(home, "patient-ps"), ps, { mode: 0o755 });
});
afterEach(() => processes.end());
afterAll(() => world.stop());

const PATIENT = { timeout: 60_000, interval: 100 };
const noteFile = () => join(home, "state", "openclaw-write.json");

const executor = () =>
  processes.start(
    "run",
    {
      SUPABASE_URL: world.stack.apiUrl,
      SUPABASE_SERVICE_ROLE_KEY: world.stack.secretKey,
      OPENCLAW_BIN: FAKE_OPENCLAW,
      OPENCLAW_HOME: home,
      STATE_DIR: join(home, "state"),
      EXECUTOR_ID: "mini",
      REALTIME: "off",
      SWEEP_SECONDS: "1",
      STEP_TIMEOUT_SECONDS: "10",
    },
    [],
    { wrapper: mounting("--bind", join(home, "patient-ps"), "/usr/bin/ps") },
  );

const adds = () => readFakeCalls(home).filter(({ argv, childPid }) => argv[1] === "add" && childPid !== undefined);
const heardOf = () =>
  world.database.query("select problem from public.executors where last_seen_at > now() - interval '1 minute'");
const becomesUnfit = () =>
  vi.waitFor(async () => {
    const problem = { code: "processes_unreadable", message: expect.stringContaining("ps"), hint: expect.any(String) };
    expect(await heardOf()).toMatchObject([{ problem }]);
  }, PATIENT);

test.skipIf(!canMount)(
  "while ps hangs a request ends, nothing more is written, and an executor that starts is heard of; then it goes on",
  { timeout: 240_000 },
  async () => {
    setFakeMode(home, { delegating: { "agents add": 120_000 } });
    const { id } = (await create(world.database)).request;
    const first = executor();
    await vi.waitFor(() => expect(adds()).toHaveLength(1), PATIENT);
    await writeFile(join(home, "ps-hangs"), "");
    // The step's time-out cannot be carried out, and ends the attempt all the same.
    await vi.waitFor(
      async () => expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 1 }),
      PATIENT,
    );
    await becomesUnfit();
    await skipBackoff(world.database, id);
    const note = await readFile(noteFile(), "utf8");
    first.child.kill("SIGKILL");
    await first.ended;

    await world.database.query("update public.executors set problem = null, last_seen_at = now() - interval '1 hour'");
    expect(await heardOf()).toEqual([]);
    const second = executor();
    await becomesUnfit();
    expect(await readFile(noteFile(), "utf8")).toBe(note);
    expect(adds()).toHaveLength(1);
    expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 1 });
    second.child.kill("SIGTERM");
    expect(await second.ended).toMatchObject({ code: 0 });

    await rm(join(home, "ps-hangs"));
    setFakeMode(home, {});
    executor();
    await vi.waitFor(async () => {
      await skipBackoff(world.database, id);
      expect(await requestRow(world.database, id)).toMatchObject({ status: "done" });
    }, PATIENT);
    expect(existsSync(noteFile())).toBe(false);
  },
);
