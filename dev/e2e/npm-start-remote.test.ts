import { access, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { giveProjectAnOwner } from "../local/front-office.ts";
import { signInOwner } from "../local/owner-account.ts";
import { startJourney } from "./journey.ts";
import { createStartCommands } from "./start-commands.ts";

const PATIENCE = { timeout: 120_000 };

/** The project that runs elsewhere: a stack with the function, and no executor of its own. */
let journey: Awaited<ReturnType<typeof startJourney>>;
let ownerToken: string;
beforeAll(async () => {
  journey = await startJourney(FAKE_OPENCLAW);
  const { stack, stateDir } = journey;
  const { id, fragment } = await signInOwner(stateDir, stack.auth);
  ownerToken = new URLSearchParams(fragment).get("access_token") ?? "";
  await giveProjectAnOwner(stack.dbUrl, id);
});
afterAll(() => journey.stop());

let stateDir: string;
let commands: ReturnType<typeof createStartCommands>;
beforeEach(async () => {
  stateDir = await realpath(await mkdtemp(join(tmpdir(), "hatchery-remote-")));
  commands = commandsWith({});
});
afterEach(async () => {
  await commands.stopAll();
  await rm(stateDir, { recursive: true, force: true });
});

function commandsWith(env: Record<string, string>) {
  const { apiUrl, publishableKey } = journey.stack;
  return createStartCommands({
    ...{ shared: ["--remote", "--state-dir", stateDir], openclaw: FAKE_OPENCLAW, cwd: stateDir },
    env: { SUPABASE_URL: apiUrl, SUPABASE_PUBLISHABLE_KEY: publishableKey, ...env },
  });
}

const rowsOf = (table: string) => journey.database.query(`select * from public.${table}`);

it("claims nothing until it is enrolled as it says, and then makes agents there", PATIENCE, async () => {
  const { request } = await journey.create({ displayName: "Ricky", emoji: "🦊" });
  const first = await commands.start();
  expect((await fetch(first.dashboard)).status).toBe(200);
  const status = await commands.command("status");
  expect(status).toMatchObject({ exitCode: 0, stderr: "" });
  const lines = parseEnv(status.stdout);
  expect(lines).toMatchObject({ API_URL: journey.stack.apiUrl, DASHBOARD_URL: first.dashboard });
  // No secret: they are the project's.
  expect(Object.keys(lines).toSorted()).toEqual(
    ["API_URL", "DASHBOARD_URL", "EXECUTOR_ID", "OPENCLAW_HOME", "PUBLISHABLE_KEY"].toSorted(),
  );
  expect(await readdir(stateDir)).not.toContain("run");
  expect(await rowsOf("executors")).toEqual([]);
  expect(await rowsOf("agent_provision_requests")).toMatchObject([{ id: request.id, status: "queued", attempts: 0 }]);

  const advised = /STATE_DIR=.* enroll$/m.exec(first.output())?.[0] ?? "";
  expect(await commands.command("stop")).toMatchObject({ exitCode: 0, stdout: "Stopped" });
  const enrolled = await execa(advised, { shell: true, env: { OWNER_ACCESS_TOKEN: ownerToken }, stdin: "ignore" });
  expect(enrolled.stdout).toContain(`${lines["EXECUTOR_ID"]} is enrolled`);

  await commands.start();
  expect(await journey.ended(request.id)).toMatchObject({ status: "done" });
  await access(join(lines["OPENCLAW_HOME"] ?? "", ".openclaw", "workspace-ricky", "SOUL.md"));
  expect(await rowsOf("executors")).toMatchObject([{ id: lines["EXECUTOR_ID"] }]);
  expect(await commands.command("status")).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await commands.command("stop")).toMatchObject({ exitCode: 0, stdout: "Stopped" });
  expect(await readdir(join(stateDir, "run"))).toEqual([]);
});

it.for([
  [{ SUPABASE_URL: "", SUPABASE_PUBLISHABLE_KEY: "" }, /SUPABASE_URL: .*\n.*SUPABASE_PUBLISHABLE_KEY: /],
  [{ SUPABASE_PUBLISHABLE_KEY: "sb_secret_1" }, /SUPABASE_PUBLISHABLE_KEY: must be the publishable key/],
  [{ SUPABASE_URL: "http://127.0.0.1:9" }, /gives no answer: check SUPABASE_URL/],
] as const)("with %o it says what is wrong, and leaves nothing behind", PATIENCE, async ([env, words]) => {
  const { exitCode, all } = await commandsWith(env).run();
  expect({ exitCode, all }).toMatchObject({ exitCode: 1, all: expect.stringMatching(words) });
  expect(await readdir(stateDir)).toEqual([]);
});
