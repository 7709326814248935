import { chmod, lchown, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { doctorFinding, executorFindings } from "#contract";
import { setFakeMode } from "../../dev/fakes/openclaw/mode.ts";
import { checkReach, type User, unprivilegedUser } from "../../dev/stack/unprivileged-user.ts";
import { type ClinicMachine, openClinic } from "../../dev/testing/clinic/clinic.ts";
import { changeCredential } from "../../dev/testing/clinic/credential-faults.ts";
import { inShell } from "../../dev/testing/clinic/in-shell.ts";
import { executorProcesses } from "../../dev/testing/executor-process.ts";
import { eventually, recordedLog } from "../../dev/testing/executor-stack.ts";
import { beat, stranger } from "../../supabase/tests/road.ts";
import { becomeInstance } from "../instance.ts";
import { createRedact } from "../redact.ts";
import { reportFindings } from "./report.ts";
import { createRounds } from "./rounds.ts";

const PATIENCE = { timeout: 90_000 };
const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const output = z.object({ findings: z.array(doctorFinding), worst: z.string() });

let clinic: Awaited<ReturnType<typeof openClinic>>;
const processes = executorProcesses();
beforeAll(async () => {
  clinic = await openClinic();
});
afterEach(() => processes.end());
afterAll(() => clinic.close());

/** `doctor` in a process of its own, whose home this is. */
async function doctor({ home, settings }: Pick<ClinicMachine, "home" | "settings">, ...args: string[]) {
  return await processes.start("doctor", { HOME: home, ...settings }, args).ended;
}

const bad = (text: string) => output.parse(JSON.parse(text)).findings.filter(({ level }) => level !== "ok");

/** Everything below the folder with its size, mode and time; but for what the stand-in notes of each call. */
async function contents(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const lines = names
    .filter((name) => !name.startsWith("fake-openclaw"))
    .map(async (name) => {
      const { size, mode, mtimeMs, ino } = await stat(join(folder, name));
      const isFolder = (mode & 0o40000) !== 0;
      return [name, mode, ino, isFolder ? "" : `${size} ${mtimeMs}`].join(" ");
    });
  return (await Promise.all(lines)).sort();
}

const foundIn = (world: ClinicMachine["world"], executorId: string) =>
  world.database.queryAs(
    stranger,
    "select executor_id, to_json(reported_at) #>> '{}' as reported_at, findings from public.executor_findings where executor_id = $1",
    [executorId],
  );

test("a healthy machine ends with 0, and nothing on it has changed", PATIENCE, async () => {
  const machine = await clinic.admit();
  const before = await contents(machine.home);
  const { code, stdout, stderr } = await doctor(machine, "--json");
  expect({ code, stderr, bad: bad(stdout), worst: output.parse(JSON.parse(stdout)).worst }).toEqual({
    ...{ code: 0, stderr: "", bad: [], worst: "ok" },
  });
  expect(await contents(machine.home)).toEqual(before);
});

test("a machine with a drawback ends with 1, and what to do stands at the end", PATIENCE, async () => {
  const machine = await clinic.admit();
  setFakeMode(machine.home, { missingProviders: { main: ["openai"] } });
  const { code, stdout } = await doctor(machine);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok {4}settings {9}Valid, for mini-/);
  expect(stdout).toMatch(/\n\nDo this first \(models\): openclaw models auth login --provider openai --agent main\n$/);
});

test("every wrong setting is a finding, and what needs none is looked at all the same", PATIENCE, async () => {
  const machine = await clinic.admit();
  const { code, stdout } = await doctor(
    { ...machine, settings: { ...machine.settings, LOG_LEVEL: "loud", CONCURRENCY: "0" } },
    "--json",
  );
  expect(code).toBe(2);
  expect(bad(stdout)).toMatchObject([
    { check: "settings", level: "fail", message: expect.stringContaining("CONCURRENCY: must be a whole number") },
    { check: "settings", level: "fail", message: expect.stringContaining("LOG_LEVEL: must be debug, info") },
  ]);
  expect(stdout).toContain('"check":"node"');
  // "Correct it in the environment …"
  expect(await doctor(machine)).toMatchObject({ code: 0 });
});

test("a file of settings that others may read is a finding whose hint closes it", PATIENCE, async () => {
  const machine = await clinic.admit();
  const file = join(machine.home, "settings.env");
  await writeFile(file, "LOG_LEVEL=info\n", { mode: 0o600 });
  await chmod(file, 0o644);
  const settings = { ...machine.settings, HATCHERY_ENV_FILE: file };
  const first = await doctor({ ...machine, settings }, "--json");
  const [finding] = bad(first.stdout);
  expect({ code: first.code, finding }).toMatchObject({ code: 2, finding: { check: "settings" } });
  await inShell(machine, finding?.hint ?? "");
  expect(await doctor({ ...machine, settings })).toMatchObject({ code: 0 });
});

/** Root may write everywhere, whatever the modes say. */
async function leaveTo(user: User | undefined, { home, world }: ClinicMachine): Promise<void> {
  if (user === undefined) return;
  await checkReach(MAIN, user);
  await chmod(world.folder, 0o711);
  const names = await readdir(home, { recursive: true });
  for (const path of [home, ...names.map((name) => join(home, name))]) await lchown(path, user.uid, user.gid);
}

test.for([
  { check: "state folder", setting: "STATE_DIR", folderOf: ({ stateDir }: ClinicMachine) => stateDir },
  { check: "workspaces", setting: "WORKSPACE_ROOT", folderOf: ({ home }: ClinicMachine) => join(home, "workspaces") },
])(
  "a $setting that its user may not write is a finding until they may",
  PATIENCE,
  async ({ check, setting, folderOf }) => {
    const machine = await clinic.admit();
    const user = await unprivilegedUser();
    const folder = folderOf(machine);
    machine.settings[setting] = folder;
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o500);
    await leaveTo(user, machine);
    const look = async () => {
      const { stdout } = await processes.start("doctor", { HOME: machine.home, ...machine.settings }, ["--json"], user)
        .ended;
      // The gateway was started by who runs this test, and OpenClaw lets nobody else know where it is.
      return bad(stdout).filter(({ check: name }) => name !== "gateway");
    };
    expect(await look()).toMatchObject([
      {
        ...{ check, level: "fail", message: expect.stringMatching(/ cannot be written: EACCES/) },
        hint: `Make it a folder that this user may write, or let ${setting} name another`,
      },
    ]);
    await chmod(folder, 0o700);
    expect(await look()).toEqual([]);
  },
);

test("an id that cannot be read is a finding until it is put back", PATIENCE, async () => {
  const machine = await clinic.admit();
  await changeCredential(machine, { EXECUTOR_ID: "" });
  const file = join(machine.stateDir, "executor-id");
  await writeFile(file, "not an id");
  const { code, stdout } = await doctor(machine, "--json");
  expect(code).toBe(2);
  expect(bad(stdout)).toMatchObject([
    {
      ...{ check: "settings", message: expect.stringContaining("holds no executor id") },
      hint: expect.stringMatching(/^Put the id back/),
    },
  ]);
  await writeFile(file, `${machine.executorId}\n`);
  expect(await doctor(machine)).toMatchObject({ code: 0 });
});

test("an option that it does not know is refused", PATIENCE, async () => {
  const machine = await clinic.admit();
  expect(await doctor(machine, "--jsno")).toMatchObject({
    ...{ code: 2, stdout: "", stderr: "doctor takes --json, and nothing else\n" },
  });
});

test(
  "an executor that runs is said with its process, and pages see what was found, without names of home folders",
  PATIENCE,
  async () => {
    const machine = await clinic.admit();
    await chmod(machine.stateDir, 0o755);
    const running = processes.start("run", { HOME: machine.home, ...machine.settings });
    const known = () =>
      machine.world.database.query("select from public.executors where id = $1", [machine.executorId]);
    await eventually(async () => expect(await known()).toHaveLength(1));
    const { code, stdout } = await doctor(machine, "--json");
    expect(code).toBe(1);
    expect(output.parse(JSON.parse(stdout)).findings).toContainEqual({
      ...{ check: "processes", level: "ok", message: `Running as process ${running.child.pid}` },
    });
    const hint = `chmod 700 ${machine.stateDir}`;
    expect(bad(stdout)).toMatchObject([{ check: "permissions", hint }]);
    const [row] = await foundIn(machine.world, machine.executorId);
    const { findings } = executorFindings.parse(row);
    expect(findings.filter(({ level }) => level !== "ok")).toMatchObject([
      { check: "permissions", hint: "chmod 700 ~/.hatchery" },
    ]);
    expect(await readFile(join(machine.stateDir, "instance.json"), "utf8")).toContain(`${running.child.pid}`);
  },
);
test("an executor makes rounds: what it finds is logged once, told to pages each time, and again when it was not", async () => {
  const machine = await clinic.admit();
  const { world, executorId } = machine;
  using instance = await becomeInstance(machine.stateDir);
  const { log, events } = recordedLog();
  const redact = createRedact([]);
  const findings = [{ check: "gateway", level: "warn" as const, message: "Away", hint: "start it" }];
  let rounds = 0;
  const made = createRounds({
    diagnose: async () => {
      rounds += 1;
      return rounds < 4 ? findings : [{ check: "gateway", level: "ok", message: "There" }];
    },
    // Refused until it was heard of.
    report: (found) =>
      reportFindings(found, { database: world.connect(), executorId, instanceId: instance.id, redact }),
    log,
    ...{ firstAfterMs: 0, everyMs: 20, againAfterMs: 10 },
  });
  const stop = new AbortController();
  const ended = made.run(stop.signal);
  await eventually(() => expect(events()).toContainEqual(expect.objectContaining({ msg: "findings not reported" })));
  await beat(world.database, executorId, undefined, { instance: instance.id });
  await eventually(async () =>
    expect(await foundIn(world, executorId)).toMatchObject([{ findings: [{ level: "ok", message: "There" }] }]),
  );
  stop.abort();
  await ended;
  const said = events().filter((event) => JSON.stringify(event).includes("doctor: "));
  expect(said).toMatchObject([
    { level: "warn", check: "gateway", hint: "start it", msg: "doctor: Away" },
    { level: "info", msg: "doctor: all is well again" },
  ]);
});
