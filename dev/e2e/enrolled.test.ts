import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { readEnvFile } from "../../executor/env-file.ts";
import { setFakeMode } from "../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { giveProjectAnOwner, PROJECT_ID } from "../local/front-office.ts";
import { signInOwner } from "../local/owner-account.ts";
import { eventually } from "../testing/executor-stack.ts";
import { startJourney } from "./journey.ts";

const MAIN = fileURLToPath(new URL("../../executor/main.ts", import.meta.url));
const PATIENCE = { timeout: 120_000 };
const accepted = z.object({ request: z.object({ id: z.uuid() }) });

let journey: Awaited<ReturnType<typeof startJourney>>;
let ownerToken: string;
const running: ReturnType<typeof spawn>[] = [];

beforeAll(async () => {
  journey = await startJourney(FAKE_OPENCLAW);
  const { stack, database, stateDir } = journey;
  const { id, fragment } = await signInOwner(stateDir, stack.auth);
  ownerToken = new URLSearchParams(fragment).get("access_token") ?? "";
  await giveProjectAnOwner(stack.dbUrl, id);
  // Where every row asks who is reading.
  await database.query("select public.set_access_mode('members')");
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
afterAll(() => journey.stop());

const stateOf = (executor: string) => join(journey.stateDir, "machines", executor);
const credentialOf = (executor: string) => join(stateOf(executor), "executor.env");

/** The executor's command in a process that is given these settings, and nothing of ours. */
function command(name: "enroll" | "run" | "doctor", executor: string, settings: Record<string, string>) {
  const env = { PATH: "/usr/bin:/bin", STATE_DIR: stateOf(executor), LOG_FILE: "-", ...settings };
  const child = spawn(process.execPath, [MAIN, name], { env, stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const ended = Promise.all([once(child, "exit"), text(child.stderr)]).then(([[code], stderr]) => ({ code, stderr }));
  async function stop() {
    child.kill("SIGTERM");
    await ended;
  }
  return { ended, output: () => output, stop };
}

function enroll(executor: string, settings: Record<string, string> = {}) {
  const { apiUrl, publishableKey } = journey.stack;
  return command("enroll", executor, {
    SUPABASE_URL: apiUrl,
    SUPABASE_PUBLISHABLE_KEY: publishableKey,
    EXECUTOR_ID: executor,
    OWNER_ACCESS_TOKEN: ownerToken,
    ...settings,
  });
}

async function enrolled(executor: string): Promise<void> {
  const { ended, output } = enroll(executor);
  expect(await ended).toEqual({ code: 0, stderr: "" });
  expect(output()).toContain(`${executor} is enrolled`);
}

/** Sweeps so seldom that only Realtime, under the machine's own token, can tell it of a request. */
const run = (executor: string, settings: Record<string, string> = {}) =>
  command("run", executor, {
    OPENCLAW_BIN: FAKE_OPENCLAW,
    OPENCLAW_HOME: journey.home,
    SWEEP_SECONDS: "300",
    LEASE_SECONDS: "5",
    LOG_LEVEL: "debug",
    ...settings,
  });

const isLive = ({ output }: ReturnType<typeof run>) => eventually(() => expect(output()).toContain("updates are live"));

async function create(displayName: string, executorId: string): Promise<string> {
  const owner = createClient(journey.stack.apiUrl, journey.stack.publishableKey, {
    accessToken: async () => ownerToken,
  });
  const { data, error } = await owner.functions.invoke("provision-agent", {
    body: { projectId: PROJECT_ID, displayName, executorId },
  });
  if (error) throw error;
  return accepted.parse(data).request.id;
}

async function statusOf(id: string): Promise<unknown> {
  const [row] = await journey.database.query("select status from public.agent_provision_requests where id = $1", [id]);
  return row?.["status"];
}

const revoke = (executor: string) => journey.database.query("select public.revoke_executor($1)", [executor]);

it("an enrolled executor provisions an agent, and nothing it was given is the service role key", PATIENCE, async () => {
  await enrolled("mini");
  expect((await stat(credentialOf("mini"))).mode & 0o777).toBe(0o600);
  const kept = await readFile(credentialOf("mini"), "utf8");
  for (const secret of [journey.stack.serviceRoleKey, journey.stack.secretKey, ownerToken])
    expect(kept).not.toContain(secret);

  const executor = run("mini");
  await isLive(executor);
  const request = await create("Ricky", "mini");
  await eventually(async () => expect(await statusOf(request)).toBe("done"));
  expect(await readFile(join(journey.workspace("ricky"), "SOUL.md"), "utf8")).toContain("You are Ricky");
  expect(executor.output()).not.toContain("opens everything");
});

it("a revoked executor lets go of what it does, claims no more, and says so", PATIENCE, async () => {
  await enrolled("mini");
  const executor = run("mini");
  await isLive(executor);
  setFakeMode(journey.home, { slow: { "agents add": 60_000 } });
  const begun = await create("Slow", "mini");
  await eventually(() => expect(executor.output()).toMatch(/"step":"workspace".*step done/));
  await revoke("mini");
  await eventually(() => expect(executor.output()).toContain("request lost, nothing more is changed"));
  await eventually(() => expect(executor.output()).toContain("key refused: enroll this executor again"));
  expect(await statusOf(begun)).toBe("running");

  setFakeMode(journey.home, {});
  const waiting = await create("Waiting", "mini");
  expect(await statusOf(waiting)).toBe("queued");

  // Enrolled again, the same machine goes on.
  await executor.stop();
  await enrolled("mini");
  await isLive(run("mini"));
  await eventually(async () => expect(await statusOf(waiting)).toBe("done"));
});

it(
  "the doctor tells a credential of its own from a key that opens everything, and both from one that was revoked",
  PATIENCE,
  async () => {
    const look = async (settings: Record<string, string> = {}, executor = "patient") => {
      const openclaw = { OPENCLAW_BIN: FAKE_OPENCLAW, OPENCLAW_HOME: journey.home };
      const { ended, output } = command("doctor", executor, { ...openclaw, ...settings });
      const { code, stderr } = await ended;
      return { code, stderr, output: output() };
    };
    await enrolled("patient");
    // This OpenClaw has no gateway.
    const well = await look();
    expect(well).toMatchObject({
      code: 1,
      stderr: "",
      output: expect.stringMatching(/^ok {4}database +The database answers/m),
    });
    expect(well.output).toMatch(/^ok {4}credential +Enrolled as patient$/m);
    const { apiUrl, secretKey } = journey.stack;
    const service = { SUPABASE_URL: apiUrl, SUPABASE_SERVICE_ROLE_KEY: secretKey };
    expect(await look(service, "unknown")).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /^warn {2}credential .*opens the whole project\n +-> npm run executor -- enroll, then/m,
      ),
    });
    expect(await look({ ...service, SUPABASE_URL: "http://127.0.0.1:9" }, "unknown")).toMatchObject({
      code: 2,
      output: expect.stringMatching(/^fail {2}database/m),
    });
    expect(await look({ EXECUTOR_ID: "mini" })).toMatchObject({
      code: 2,
      output: expect.stringContaining("is that of patient, and this is mini"),
    });
    await revoke("patient");
    expect(await look()).toMatchObject({ code: 2, output: expect.stringMatching(/^fail {2}credential/m) });
    // Its user is gone too, when the command revokes it.
    await journey.database.query("delete from auth.users where email = $1", [
      readEnvFile(credentialOf("patient"))["EXECUTOR_EMAIL"],
    ]);
    expect(await look()).toMatchObject({ code: 2, output: expect.stringContaining("The project refuses this key") });
  },
);

it("enrolling again ends the credential before it, in a process that runs too", PATIENCE, async () => {
  await enrolled("mini");
  const before = readEnvFile(credentialOf("mini"));
  const old = run("mini", { SWEEP_SECONDS: "1" });
  await isLive(old);
  await enrolled("mini");
  expect(readEnvFile(credentialOf("mini"))["EXECUTOR_PASSWORD"]).not.toBe(before["EXECUTOR_PASSWORD"]);
  await eventually(() => expect(old.output()).toContain("key refused"));
  const next = await create("Next", "mini");
  await old.stop();
  await isLive(run("mini"));
  await eventually(async () => expect(await statusOf(next)).toBe("done"));
});

it("an executor can settle nothing of another one, even with its token", PATIENCE, async () => {
  await Promise.all([enrolled("mini"), enrolled("other")]);
  const { apiUrl, publishableKey } = journey.stack;
  const signedIn = async (executor: string) => {
    const { EXECUTOR_EMAIL: email = "", EXECUTOR_PASSWORD: password = "" } = readEnvFile(credentialOf(executor));
    const client = createClient(apiUrl, publishableKey, { auth: { persistSession: false } });
    await client.auth.signInWithPassword({ email, password });
    return client;
  };
  const [mini, other] = [await signedIn("mini"), await signedIn("other")];
  const instance = randomUUID();
  await other.rpc("record_heartbeat", { executor: "other", instance, about: {} }).throwOnError();
  const id = await create("Foreign", "other");
  const claim_token = randomUUID();
  const claim = { executor: "other", instance, free_slots: 3, claim_token };
  expect((await mini.rpc("claim_provision_requests", claim)).error).toMatchObject({ code: "PT403" });
  expect((await other.rpc("claim_provision_requests", claim)).data).toMatchObject([{ request_id: id }]);

  const failure = { request_id: id, claim_token, error: { code: "internal", message: "x" }, permanent: true };
  expect((await mini.rpc("fail_provision_request", failure)).error).toMatchObject({ code: "PT403" });
  expect((await mini.from("agent_provision_requests").select("id").eq("id", id)).data).toEqual([]);
  expect(await statusOf(id)).toBe("running");
});

it("enrolling is refused in the function's words, and keeps what was there", PATIENCE, async () => {
  await enrolled("mini");
  const kept = await readFile(credentialOf("mini"), "utf8");
  const viewer = await journey.stack.auth.createUser({ email: "viewer@example.com", password: "a long password" });
  const { access_token } = await journey.stack.auth.createSession(viewer);
  expect(await enroll("mini", { OWNER_ACCESS_TOKEN: access_token }).ended).toEqual({
    code: 1,
    stderr:
      "Only who owns every project may enroll an executor, because it serves them all. Ask such an owner, or use the service role key\n",
  });
  expect(await enroll("mini", { OWNER_ACCESS_TOKEN: "" }).ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("set OWNER_ACCESS_TOKEN"),
  });
  expect(await enroll("mini", { SUPABASE_URL: "http://127.0.0.1:9" }).ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("http://127.0.0.1:9 gave no answer"),
  });
  expect(await readFile(credentialOf("mini"), "utf8")).toBe(kept);
});
