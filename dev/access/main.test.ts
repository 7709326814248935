import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startExecutorStack } from "../testing/executor-stack.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const OWNER = "owner@example.com";
const ANN = "ann@example.com";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
beforeAll(async () => {
  world = await startExecutorStack();
  await world.database.query("insert into public.projects (id, name) values ('second', 'Second')");
  for (const email of [OWNER, ANN]) await world.stack.auth.createUser({ email, password: "a long password" });
});
beforeEach(async () => {
  await world.database.query("truncate public.project_members");
  await world.database.query("delete from private.executor_credentials");
  await world.database.query("truncate public.executors cascade");
  await world.database.query(`update private.settings set value = '"open"' where key = 'access_mode'`);
});
afterAll(() => world.stop());

function access(args: string, settings: Record<string, string> = {}) {
  const env = { SUPABASE_URL: world.stack.apiUrl, SUPABASE_SERVICE_ROLE_KEY: world.stack.secretKey, ...settings };
  const words = args.split(" ").filter((word) => word !== "");
  return execa(process.execPath, [MAIN, ...words], { env, extendEnv: false, reject: false });
}

const members = () =>
  world.database.query(
    `select m.project_id, u.email, m.role from public.project_members m join auth.users u on u.id = m.user_id
     order by 1, 2`,
  );

test("an owner is added to every project, others to the one that is named, and then the door closes", async () => {
  expect(await access(`add ${OWNER} owner`)).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await access(`add ${ANN.toUpperCase()} viewer --project second`)).toMatchObject({ exitCode: 0 });
  expect(await members()).toEqual([
    { project_id: "front-office", email: OWNER, role: "owner" },
    { project_id: "second", email: ANN, role: "viewer" },
    { project_id: "second", email: OWNER, role: "owner" },
  ]);
  const { exitCode, stdout } = await access("members");
  expect(exitCode).toBe(0);
  expect(stdout.split("\n")).toEqual([
    world.stack.apiUrl,
    "Mode: members, nobody else gets in",
    "Project front-office (Front Office)",
    `  owner    ${OWNER}`,
    "Project second (Second)",
    `  owner    ${OWNER}`,
    `  viewer   ${ANN}`,
  ]);
  expect(await world.database.query("select public.read_access_mode() as mode")).toEqual([{ mode: "members" }]);
  expect((await access("open")).stdout).toContain("Mode: open");
});

test("a member is removed, but never the last owner", async () => {
  await access(`add ${OWNER} owner`);
  await access(`add ${ANN} operator`);
  expect(await access(`remove ${ANN}`)).toMatchObject({ exitCode: 0 });
  expect(await access(`remove ${OWNER}`)).toMatchObject({
    exitCode: 1,
    stderr: "This is the last owner of the project. Make somebody else an owner first",
  });
  expect(await members()).toHaveLength(2);
});

test("a user who is gone owns nothing, and is taken out by id", async () => {
  const gone = "7c1f7f3e-2c55-4d0a-9f0e-6f1f0f3f9a11";
  await world.database.query(
    "insert into public.project_members (project_id, user_id, role) select id, $1, 'owner' from public.projects",
    [gone],
  );
  expect(await access("members")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^The users who own the project \S+ are gone/),
  });
  await access(`add ${OWNER} owner`);
  expect(await access(`remove ${gone}`)).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining("gone") });
  expect(await access("members")).toMatchObject({ exitCode: 0 });
});

test("the door does not close on a project that nobody owns", async () => {
  await access(`add ${OWNER} owner --project second`);
  const { exitCode, stderr } = await access("members");
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Nobody owns the project front-office")]);
});

test("status tells which executor has which key, and revoking takes it away with its user", async () => {
  const machine = await world.stack.auth.createUser({ email: "executor-1@hatchery.invalid", password: "a password" });
  await world.database.query("insert into private.executor_credentials (user_id, executor_id) values ($1, 'mini')", [
    machine.id,
  ]);
  for (const executor of ["mini", "legacy"]) await world.queue({ executorId: executor }).recordHeartbeat(ABOUT);
  const { stdout } = await access("status");
  expect(stdout).toMatch(/^Executor mini \(Mac mini\): enrolled \d{4}-\d\d-\d\d \d\d:\d\d, last seen \d{4}/m);
  expect(stdout).toMatch(
    /^Executor legacy \(Mac mini\): not enrolled, so that it can only work with the service role/m,
  );

  expect((await access("revoke mini")).stdout).toMatch(/^Executor mini \(Mac mini\): revoked \d{4}/m);
  expect(await world.stack.auth.findUser("executor-1@hatchery.invalid")).toBeUndefined();
  expect(await access("revoke mini")).toMatchObject({
    exitCode: 1,
    stderr: "This executor has no credential that could be revoked",
  });
});

const ABOUT = {
  displayName: "Mac mini",
  platform: "darwin arm64",
  version: "0.1.0",
  contractVersion: 1,
  openclawVersion: null,
  workspaceRoot: "/w",
  counters: {},
};

test("where there is no project yet, nobody is added to it without a word", async () => {
  await world.database.query("create table public.kept as table public.projects; delete from public.projects");
  const { exitCode, stderr } = await access(`add ${OWNER} owner`);
  await world.database.query("insert into public.projects table public.kept; drop table public.kept");
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(/^There is no project yet\. Make one in the SQL Editor: /),
  ]);
});

test("what cannot be done is said in one line, and changes nothing", async () => {
  expect(await access("add nobody@example.com owner")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^Nobody signs in as nobody@example\.com\. Add the user first/),
  });
  await world.stack.auth.createUser({ email: "bob@example.com", password: "a long password" });
  await world.database.query("update auth.users set email_confirmed_at = null where email = 'bob@example.com'");
  expect(await access("add bob@example.com owner")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("has not confirmed the address"),
  });
  expect(await access(`add ${ANN} king`)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("viewer") });
  expect(await access(`add ${ANN} owner --project none`)).toMatchObject({ exitCode: 1 });
  expect(await members()).toEqual([]);
});

test.for(["", "dance", "add", `add ${ANN}`, "remove", "status now"])("%j is answered with the usage", async (args) => {
  expect(await access(args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Usage: npm run access") });
});

test("without a project to go to, or with half of its name, it says what to set", async () => {
  const none = { SUPABASE_URL: "", SUPABASE_SERVICE_ROLE_KEY: "" };
  expect(await access(`status --state-dir ${world.folder}`, none)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("Nothing is running here: npm start"),
  });
  expect(await access("status", { SUPABASE_URL: "" })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("Set both SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY"),
  });
  const local = await access(`status --state-dir ${world.folder}/stack`, none);
  expect(local).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(world.stack.apiUrl) });
  expect(await access("status --loud")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--loud") });
});
