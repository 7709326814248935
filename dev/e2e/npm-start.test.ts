import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createClient } from "@supabase/supabase-js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { formatVariables } from "../../executor/env-file.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { isSameProcess } from "../stack/process-table.ts";
import { createStartCommands } from "./start-commands.ts";

const child = z.object({ pid: z.number(), startTime: z.string() });

let stateDir: string;
let commands: ReturnType<typeof createStartCommands>;
beforeEach(async () => {
  stateDir = await realpath(await mkdtemp(join(tmpdir(), "hatchery-start-")));
  // Whatever project is named around it, and in a stray file: without --remote everything is on this machine.
  const env = { SUPABASE_URL: "https://elsewhere.example", SUPABASE_PUBLISHABLE_KEY: "sb_publishable_elsewhere" };
  await writeFile(join(stateDir, ".env"), formatVariables(env));
  commands = createStartCommands({
    ...{ shared: ["--state-dir", stateDir], openclaw: FAKE_OPENCLAW },
    ...{ cwd: stateDir, env },
  });
});
afterEach(async () => {
  await commands.stopAll();
  await rm(stateDir, { recursive: true, force: true });
});

async function children(): Promise<{ pid: number; startTime: string }[]> {
  const files = await readdir(join(stateDir, "run"));
  return await Promise.all(
    files.map(async (file) => child.parse(JSON.parse(await readFile(join(stateDir, "run", file), "utf8")))),
  );
}

async function living(processes: { pid: number; startTime: string }[]): Promise<number[]> {
  const alive = await Promise.all(processes.map(({ pid, startTime }) => isSameProcess(pid, startTime)));
  return processes.filter((_, index) => alive[index]).map(({ pid }) => pid);
}

it("starts, says where it is, signs the owner in, and ends clean at Ctrl-C", { timeout: 120_000 }, async () => {
  const { process: started, dashboard: signInUrl } = await commands.start();
  const status = await commands.command("status");
  expect(status.exitCode).toBe(0);
  const lines = parseEnv(status.stdout);
  expect(new Set(Object.keys(lines))).toEqual(
    new Set([
      ...["API_URL", "ANON_KEY", "PUBLISHABLE_KEY", "SERVICE_ROLE_KEY", "OWNER_ACCESS_TOKEN"],
      ...["DB_URL", "DASHBOARD_URL", "EXECUTOR_ID", "OPENCLAW_HOME"],
    ]),
  );
  expect((await fetch(signInUrl)).status).toBe(200);

  const client = createClient(lines["API_URL"] ?? "", lines["PUBLISHABLE_KEY"] ?? "", {
    auth: { persistSession: false },
  });
  const session = new URLSearchParams(new URL(signInUrl).hash.slice(1));
  const { data } = await client.auth.setSession({
    access_token: session.get("access_token") ?? "",
    refresh_token: session.get("refresh_token") ?? "",
  });
  expect(data.user?.email).toBe("owner@hatchery.local");
  const { data: agents } = await client.from("agents").select("agent_key, provisioned, workspace_path");
  expect(agents).toEqual([
    {
      agent_key: "agent:main:main",
      provisioned: true,
      workspace_path: join(stateDir, "openclaw-home", ".openclaw", "workspace"),
    },
  ]);

  const { data: access } = await client.from("access").select("mode, roles").single();
  expect(access).toEqual({ mode: "open", roles: { "front-office": "owner" } });
  const log = await readFile(join(stateDir, "logs", "executor.log"), "utf8");
  expect(log).toContain("executor started");
  expect(log).not.toContain("a key that opens everything");

  const processes = await children();
  expect(processes).toHaveLength(4);
  started.kill("SIGINT");
  expect((await started).exitCode).toBe(0);
  expect(await living(processes)).toEqual([]);
  expect(await children()).toEqual([]);
  expect(await commands.command("status")).toMatchObject({ exitCode: 1 });
});

it("after kill -9 the next start ends the orphans and comes up at the same addresses with the same data", {
  timeout: 120_000,
}, async () => {
  const first = await commands.start();
  const before = parseEnv((await commands.command("status")).stdout);
  const admin = createClient(before["API_URL"] ?? "", before["SERVICE_ROLE_KEY"] ?? "", {
    auth: { persistSession: false },
  });
  await admin.from("projects").insert({ id: "second", name: "Second" }).throwOnError();
  const orphans = await children();
  first.process.kill("SIGKILL");
  await first.process;
  expect(await living(orphans)).toHaveLength(4);

  await commands.start();
  expect(await living(orphans)).toEqual([]);
  const after = parseEnv((await commands.command("status")).stdout);
  expect({ ...after, OWNER_ACCESS_TOKEN: "" }).toEqual({ ...before, OWNER_ACCESS_TOKEN: "" });
  const { data } = await admin.from("projects").select("id").order("id");
  expect(data).toEqual([{ id: "front-office" }, { id: "second" }]);

  const processes = await children();
  expect(await commands.command("stop")).toMatchObject({ exitCode: 0, stdout: "Stopped" });
  expect(await living(processes)).toEqual([]);
});

it.for(["postgres", "postgrest", "executor"])(
  "when %s crashes it says so, ends everything else and exits with 1",
  { timeout: 120_000 },
  async (part) => {
    const { process: started } = await commands.start();
    const processes = await children();
    const { pid } = child.parse(JSON.parse(await readFile(join(stateDir, "run", `${part}.json`), "utf8")));
    process.kill(pid, "SIGKILL");
    const { exitCode, all } = await started;
    expect(exitCode).toBe(1);
    expect(all).toContain(`${part} ended (signal SIGKILL)`);
    expect(await living(processes)).toEqual([]);
  },
);

it("a signal while it is still starting leaves no process either", { timeout: 120_000 }, async () => {
  const started = commands.run();
  const processes = await vi.waitFor(
    async () => {
      const found = await children();
      expect(found).toHaveLength(4);
      return found;
    },
    { timeout: 60_000, interval: 20 },
  );
  started.kill("SIGTERM");
  await started;
  await vi.waitFor(async () => expect(await living(processes)).toEqual([]), { timeout: 30_000, interval: 100 });
});

it("a second start in the same folder is refused and leaves the first alone", { timeout: 120_000 }, async () => {
  const { process: started } = await commands.start();
  await expect(commands.start()).rejects.toThrow(`already running as process ${started.pid}`);
  expect(await commands.command("status")).toMatchObject({ exitCode: 0 });
});

it("an openclaw that cannot be started fails the start in the executor's own words", { timeout: 120_000 }, async () => {
  const notOpenclaw = join(stateDir, "openclaw");
  await writeFile(notOpenclaw, "#!/bin/sh\necho this is not OpenClaw >&2\nexit 1\n", { mode: 0o755 });
  const started = commands.run(notOpenclaw);
  // It waits a minute for OpenClaw; an executor that is ended meanwhile is the same to the start.
  const executor = await vi.waitFor(
    async () => child.parse(JSON.parse(await readFile(join(stateDir, "run", "executor.json"), "utf8"))),
    { timeout: 60_000, interval: 100 },
  );
  const log = () => readFile(join(stateDir, "logs", "executor.log"), "utf8");
  await vi.waitFor(async () => expect(await log()).toContain("this is not OpenClaw"), {
    timeout: 60_000,
    interval: 100,
  });
  process.kill(executor.pid, "SIGKILL");
  const { exitCode, all } = await started;
  expect(exitCode).toBe(1);
  expect(all).toContain("this is not OpenClaw");
});

it("stop without a start says that nothing was running", async () => {
  expect(await commands.command("stop")).toMatchObject({ exitCode: 0, stdout: "Nothing was running" });
});
