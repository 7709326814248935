import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test, vi } from "vitest";
import { createOpenclaw, type OpenclawOptions } from "../../../executor/openclaw.ts";
import { readFakeCalls, setFakeMode } from "./mode.ts";
import { openSandbox, type Sandbox, silent } from "./sandbox.ts";

function sandboxWith(mode: Parameters<typeof setFakeMode>[1], options: Partial<OpenclawOptions> = {}): Sandbox {
  const sandbox = openSandbox(options);
  onTestFinished(() => sandbox[Symbol.dispose]());
  setFakeMode(sandbox.home, mode);
  return sandbox;
}

const ricky = ({ workspaceOf }: Sandbox) => ({ id: "ricky", workspace: workspaceOf("ricky") });
const face = { id: "ricky", name: "Ricky", emoji: "🦊" };
const pidsOf = ({ home }: Sandbox) => readFakeCalls(home).flatMap(({ pid, childPid }) => [pid, childPid ?? pid]);

/** Zombies count as gone: who reaps them is not the executor's business. */
async function expectGone(pids: number[]): Promise<void> {
  expect(pids.length).toBeGreaterThan(1);
  const { stdout } = await execa("ps", ["-o", "stat=,args=", "-p", pids.join(",")], { reject: false });
  expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("Z"))).toEqual([]);
}

test("a call that hangs ends by time-out, names verb and seconds, and leaves no process behind", async () => {
  const sandbox = sandboxWith({ hanging: { "agents add": { ignoresSigterm: false } } }, { stepTimeoutMs: 4_000 });
  await expect(sandbox.openclaw.addAgent(ricky(sandbox))).rejects.toMatchObject({
    ...{ code: "step_timeout", permanent: false, message: "openclaw agents add did not end within 4 s" },
  });
  await expectGone(pidsOf(sandbox));
});

test("what ignores SIGTERM is killed after the grace time, and the log says so", async () => {
  const warn = vi.fn();
  const log = { ...silent, warn };
  const mode = { hanging: { "agents add": { ignoresSigterm: true } } };
  const sandbox = sandboxWith(mode, { stepTimeoutMs: 4_000, graceMs: 500, log });
  await expect(sandbox.openclaw.addAgent(ricky(sandbox))).rejects.toMatchObject({ code: "step_timeout" });
  await expectGone(pidsOf(sandbox));
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ verb: "agents add" }), expect.stringContaining("killed"));
});

/** An add whose launcher and child both run. */
async function startedAdd(sandbox: Sandbox) {
  const adding = sandbox.openclaw.addAgent(ricky(sandbox));
  const rejected = expect(adding).rejects.toMatchObject({ code: "openclaw_failed", permanent: false });
  return await vi.waitFor(() => {
    for (const { pid: launcher, childPid: child } of readFakeCalls(sandbox.home))
      if (child !== undefined) return { rejected, launcher, child };
    throw new Error("No child yet");
  }, 10_000);
}

test("when somebody else kills all of it the next write waits", async () => {
  const sandbox = sandboxWith({ hanging: { "agents add": { ignoresSigterm: false } } }, { killPauseMs: 8_000 });
  const { rejected, launcher, child } = await startedAdd(sandbox);
  for (const pid of [launcher, child]) process.kill(pid, "SIGKILL");
  await rejected;
  setFakeMode(sandbox.home, {});
  const onWait = vi.fn();
  await sandbox.openclaw.addAgent(ricky(sandbox), { onWait });
  expect(onWait).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("had to be killed"));
});

test("when only the launcher is killed its child ends the work, and nobody waits", async () => {
  const sandbox = sandboxWith({ delegating: { "agents add": 2_000 } });
  const { rejected, launcher } = await startedAdd(sandbox);
  process.kill(launcher, "SIGKILL");
  await rejected;
  const onWait = vi.fn();
  await sandbox.openclaw.setIdentity(face, { onWait });
  expect(onWait).not.toHaveBeenCalled();
  await expectGone(pidsOf(sandbox));
});

test("aborting ends the whole tree and rejects with the reason", async () => {
  const sandbox = sandboxWith({ hanging: { "agents list": { ignoresSigterm: false } } });
  const stop = new AbortController();
  const reason = new Error("The lease is lost");
  const listing = sandbox.openclaw.listAgents(stop.signal);
  const rejected = expect(listing).rejects.toBe(reason);
  await vi.waitFor(() => expect(readFakeCalls(sandbox.home).at(-1)?.childPid).toBeDefined(), 10_000);
  stop.abort(reason);
  await rejected;
  await expectGone(pidsOf(sandbox));
});

test("an abort that came before is honoured without starting anything", async () => {
  const sandbox = sandboxWith({});
  await expect(
    sandbox.openclaw.addAgent(ricky(sandbox), { signal: AbortSignal.abort(new Error("Too late")) }),
  ).rejects.toThrow("Too late");
  expect(readFakeCalls(sandbox.home)).toEqual([]);
});

test("writes wait for each other, reads do not wait", async () => {
  const sandbox = sandboxWith({ slow: { "agents add": 3_000 } });
  const order: string[] = [];
  const note = (what: string) => () => order.push(what);
  const begun = Promise.withResolvers<void>();
  const adding = sandbox.openclaw.addAgent(ricky(sandbox), { onBegin: async () => begun.resolve() });
  await begun.promise;
  await Promise.all([
    adding.then(note("added")),
    sandbox.openclaw.setIdentity(face).then(note("named")),
    sandbox.openclaw.listAgents().then(note("listed")),
  ]);
  expect(order).toEqual(["listed", "added", "named"]);
});

test("someone who stops waiting for their turn is let go at once", async () => {
  const sandbox = sandboxWith({ slow: { "agents add": 2_000 } });
  const stop = new AbortController();
  const adding = sandbox.openclaw.addAgent(ricky(sandbox));
  const naming = sandbox.openclaw.setIdentity(face, { signal: stop.signal });
  stop.abort(new Error("Gone"));
  await expect(naming).rejects.toThrow("Gone");
  await adding;
  expect(readFakeCalls(sandbox.home).map(({ argv }) => argv[1])).not.toContain("set-identity");
});

test("a config that changed meanwhile is tried again, three times at most", async () => {
  const message = "config changed since last load";
  const sandbox = sandboxWith({ failing: { "agents set-identity": { message, times: 2 } } });
  await sandbox.openclaw.addAgent(ricky(sandbox));
  await sandbox.openclaw.setIdentity(face);
  expect((await sandbox.openclaw.listAgents()).at(1)).toMatchObject({ name: "Ricky", emoji: "🦊" });

  setFakeMode(sandbox.home, { failing: { "agents set-identity": { message } } });
  await expect(sandbox.openclaw.setIdentity(face)).rejects.toThrow(`OpenClaw refused: ${message}`);
  expect(readFakeCalls(sandbox.home).filter(({ argv }) => argv[1] === "set-identity")).toHaveLength(3 + 4);
});

test("log lines around the JSON do no harm, however many", async () => {
  const sandbox = sandboxWith({ noisy: true, chatty: { "agents list": 1024 * 1024 } });
  await sandbox.openclaw.addAgent(ricky(sandbox));
  await sandbox.openclaw.setIdentity({ ...face, name: "研究员" });
  expect((await sandbox.openclaw.listAgents()).map(({ name }) => name)).toEqual(["main", "研究员"]);
});

test("more than 8 MiB of output is an error, and ends the command", async () => {
  const sandbox = sandboxWith({ chatty: { "agents list": 9 * 1024 * 1024 } });
  await expect(sandbox.openclaw.listAgents()).rejects.toMatchObject({
    ...{ code: "openclaw_unreadable", message: "The answer of openclaw agents list is larger than 8 MiB" },
  });
  await expectGone(pidsOf(sandbox));
});

test("an error body is a failure although the exit code is 0", async () => {
  const sandbox = sandboxWith({ failingWithExitZero: { "agents add": "The disk is full." } });
  await expect(sandbox.openclaw.addAgent(ricky(sandbox))).rejects.toMatchObject({
    ...{ code: "openclaw_failed", message: "OpenClaw refused: The disk is full" },
  });
});

test("an answer for another agent is a failure", async () => {
  const sandbox = sandboxWith({ answeringFor: { "agents add": "ricky-2" } });
  await expect(sandbox.openclaw.addAgent(ricky(sandbox))).rejects.toMatchObject({
    code: "wrong_in_runtime",
    permanent: true,
  });
});

test("an add that stores nothing looks like a success, and only the list tells", async () => {
  const sandbox = sandboxWith({ lying: ["agents add"] });
  await sandbox.openclaw.addAgent(ricky(sandbox));
  expect((await sandbox.openclaw.listAgents()).map(({ id }) => id)).toEqual(["main"]);
  expect(existsSync(sandbox.workspaceOf("ricky"))).toBe(false);
});

test("a crash without JSON is told with its last words, and without its secrets", async () => {
  const text = "Trace\napi_key=sk-verysecretverysecret\n\u001B[31mCannot open the state database\u001B[0m";
  const sandbox = sandboxWith({ crashing: { "agents add": text } });
  await expect(sandbox.openclaw.addAgent(ricky(sandbox))).rejects.toMatchObject({
    ...{ code: "openclaw_failed", permanent: false },
    message: "openclaw agents add ended with exit code 1: Cannot open the state database",
    diagnostics: "Trace\napi_key=[hidden]\nCannot open the state database",
  });
  setFakeMode(sandbox.home, { crashing: { "agents list": "openclaw: requires Node >=24.16.0" } });
  await expect(sandbox.openclaw.listAgents()).rejects.toMatchObject({ code: "openclaw_missing", permanent: false });
});

test.each([
  ["a path where nothing is", "/nowhere/openclaw"],
  ["a name that is not on PATH", "openclaw-that-nobody-installed"],
  ["a file that cannot be executed", new URL("./mode.ts", import.meta.url).pathname],
  ["a folder", "/tmp"],
])("a missing executable comes with a hint: %s", async (_what, bin) => {
  const sandbox = sandboxWith({}, { bin });
  await expect(sandbox.openclaw.addAgent(ricky(sandbox))).rejects.toMatchObject({
    ...{ code: "openclaw_missing", permanent: false, hint: expect.stringContaining("OPENCLAW_BIN") },
  });
});

test("the CLI gets its home, an empty input and nothing of the executor's own secrets", async () => {
  const env = {
    OPENCLAW_CONFIG_PATH: "/elsewhere",
    SUPABASE_SERVICE_ROLE_KEY: "secret",
    BASH_ENV: "/etc/hosts",
    TZ: "Asia/Tokyo",
  };
  const sandbox = openSandbox();
  onTestFinished(() => sandbox[Symbol.dispose]());
  const bin = join(sandbox.home, "open claw; touch pwned");
  const script = `const { readFileSync, writeFileSync } = require("node:fs");
    writeFileSync(process.env.HOME + "/seen.json", JSON.stringify({ ...process.env, stdin: readFileSync(0, "utf8") }));
    console.log("OpenClaw " + process.versions.node);`;
  writeFileSync(bin, `#!/usr/bin/env node\n${script}`, { mode: 0o755 });
  const openclaw = createOpenclaw({ bin, home: sandbox.home, stepTimeoutMs: 10_000, log: silent, env });
  expect(await openclaw.version()).toBe(process.versions.node);
  const seen = JSON.parse(readFileSync(join(sandbox.home, "seen.json"), "utf8"));
  const { PWD, SHLVL, _, PATH, HATCHERY_RUN, ...rest } = seen;
  const home = sandbox.home;
  expect(rest).toEqual({ HOME: home, OPENCLAW_HOME: home, NO_COLOR: "1", TZ: "Asia/Tokyo", stdin: "" });
  expect(readdirSync(sandbox.home).sort()).toEqual(["open claw; touch pwned", "seen.json"]);
});
