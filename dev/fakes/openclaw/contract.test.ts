import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createOpenclawLook } from "../../../executor/doctor/openclaw-look.ts";
import { AgentExistsError, AgentMissingError } from "../../../executor/errors.ts";
import { withIdentity } from "../../../executor/identity-file.ts";
import { ensureOpenclaw } from "../../local/install-openclaw.ts";
import { type RunningGateway, startGateway } from "./gateway.ts";
import { setFakeMode } from "./mode.ts";
import { FAKE_OPENCLAW, openSandbox, type Sandbox, silent } from "./sandbox.ts";

const INSTALL_MS = 15 * 60_000;
const CALL_MS = 120_000;

const standIn = { bin: async () => FAKE_OPENCLAW, msPerAdd: 10_000 };
// Slow enough by itself to be aborted in the middle.
const real = { bin: async () => (await ensureOpenclaw()).bin, msPerAdd: 0 };

const roads = [
  { name: "the stand-in", ...standIn, hasGateway: false },
  { name: "the stand-in with its gateway", ...standIn, hasGateway: true },
  { name: "the real OpenClaw", ...real, hasGateway: false },
  { name: "the real OpenClaw with its gateway", ...real, hasGateway: true },
];

/** In order and on one home: a call of the real CLI takes seconds. */
describe.each(roads)("$name", ({ bin, msPerAdd, hasGateway }) => {
  let sandbox: Sandbox;
  let gateway: RunningGateway | undefined;
  const { log, verbs, forget } = rememberVerbs();
  afterEach(forget);

  beforeAll(async () => {
    sandbox = openSandbox({ bin: await bin(), stepTimeoutMs: CALL_MS, log });
    if (hasGateway) gateway = await startGateway(await bin(), sandbox.home);
  }, INSTALL_MS);
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    sandbox[Symbol.dispose]();
  });

  /** What was run of all that writes, without what comes before. */
  const written = () => verbs().filter((verb) => verb !== "--version" && verb !== "agents list");
  const road = (cli: string, method: string) => [hasGateway ? `gateway call ${method}` : cli];

  const agent = (id: string, name: string, emoji: string) => ({
    ...{ id, name, emoji },
    ...{ workspace: sandbox.workspaceOf(id), isDefault: false },
  });

  test("says its version as a number", async () => {
    expect(await sandbox.openclaw.version()).toBe("2026.9.6");
  });

  test("lists the main agent in a home without a config", { timeout: CALL_MS }, async () => {
    const workspace = join(sandbox.home, ".openclaw", "workspace");
    expect(await sandbox.openclaw.listAgents()).toEqual([
      { id: "main", name: "main", emoji: "", workspace, isDefault: true },
    ]);
  });

  test("says of which providers an agent's models lack credentials", { timeout: CALL_MS }, async () => {
    // The real one has none in a new home.
    setFakeMode(sandbox.home, { missingProviders: { main: ["openai"] } });
    const settings = { openclawBin: await bin(), openclawHome: sandbox.home, environment: {}, stepTimeoutMs: CALL_MS };
    const look = createOpenclawLook(settings, undefined);
    expect(await look.missingProviders("main", AbortSignal.timeout(CALL_MS))).toEqual(["openai"]);
    setFakeMode(sandbox.home, {});
  });

  test("add keeps seeded files, adds its own, makes no first-run interview and takes the id for the name", {
    timeout: CALL_MS,
  }, async () => {
    const workspace = sandbox.seed("ricky", {
      "SOUL.md": "My soul\n",
      "MEMORY.md": "My memory\n",
      "USER.md": "My user\n",
    });
    await sandbox.openclaw.addAgent({ id: "ricky", workspace });
    expect(written()).toEqual(road("agents add", "agents.create"));
    expect(readdirSync(workspace).sort()).toEqual(["AGENTS.md", "IDENTITY.md", "MEMORY.md", "SOUL.md", "USER.md"]);
    const seeded = ["SOUL.md", "MEMORY.md", "USER.md"].map((file) => sandbox.read("ricky", file));
    expect(seeded).toEqual(["My soul\n", "My memory\n", "My user\n"]);
    const identity = sandbox.read("ricky", "IDENTITY.md");
    expect(identity).toMatch(/^- Name: ricky$/m);
    const named = withIdentity(identity, { name: "研究员", emoji: "🦊" });
    expect(named).toMatch(/^- Name: 研究员\n- \*\*Creature:\*\*$/m);
    expect(named).toMatch(/^- \*\*Emoji:\*\* 🦊\n- \*\*Avatar:\*\*$/m);
  });

  test("add rewrites the name in an IDENTITY.md that it finds", { timeout: CALL_MS }, async () => {
    const workspace = sandbox.seed("brien", {
      "SOUL.md": "A soul\n",
      "IDENTITY.md": "# Me\n\n- Name: Somebody\n- Emoji: 🐙\n",
    });
    await sandbox.openclaw.addAgent({ id: "brien", workspace });
    expect(sandbox.read("brien", "IDENTITY.md")).toBe("# Me\n\n- Name: brien\n- Emoji: 🐙\n");
  });

  test("add refuses an id that it has, in a way that can be told apart", { timeout: CALL_MS }, async () => {
    const again = sandbox.openclaw.addAgent({ id: "ricky", workspace: sandbox.workspaceOf("ricky") });
    await expect(again).rejects.toBeInstanceOf(AgentExistsError);
    await expect(again).rejects.toThrow('OpenClaw refused: Agent "ricky" already exists');
  });

  test("set-identity stores names as they are written, also at the same time", { timeout: 2 * CALL_MS }, async () => {
    await Promise.all([
      sandbox.openclaw.setIdentity({ id: "ricky", name: "研究员", emoji: "🦊" }),
      sandbox.openclaw.setIdentity({ id: "brien", name: "O'Brien; $(touch pwned)", emoji: "👩🏽‍🚀" }),
    ]);
    const changes = road("agents set-identity", "agents.update");
    expect(written()).toEqual([...changes, ...changes]);
    const [, ...listed] = await sandbox.openclaw.listAgents();
    expect(listed).toEqual([agent("ricky", "研究员", "🦊"), agent("brien", "O'Brien; $(touch pwned)", "👩🏽‍🚀")]);
    expect(
      readdirSync(sandbox.home, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("pwned")),
    ).toEqual([]);
    expect([process.cwd(), "/"].map((folder) => existsSync(join(folder, "pwned")))).toEqual([false, false]);
  });

  test("set-identity of an agent that is not there fails with the CLI's own words", { timeout: CALL_MS }, async () => {
    const unknown = sandbox.openclaw.setIdentity({ id: "nobody", name: "Nobody", emoji: "🦊" });
    await expect(unknown).rejects.toMatchObject({
      code: "openclaw_failed",
      permanent: false,
      message: 'OpenClaw refused: Agent "nobody" not found. Create it with `openclaw agents add`',
    });
  });

  test("delete moves the workspace to the trash, and takes no other agent with it", { timeout: CALL_MS }, async () => {
    const workspace = sandbox.seed("brien-2", { "SOUL.md": "Another soul\n" });
    await sandbox.openclaw.addAgent({ id: "brien-2", workspace });
    forget();
    await sandbox.openclaw.deleteAgent("brien-2");
    expect(written()).toEqual(road("agents delete", "agents.delete"));
    expect((await sandbox.openclaw.listAgents()).map(({ id }) => id)).toEqual(["main", "ricky", "brien"]);
    expect(existsSync(workspace)).toBe(false);
    const trash = join(sandbox.home, ".Trash");
    const [soul = ""] = readdirSync(trash, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(join("workspace-brien-2", "SOUL.md")),
    );
    expect(readFileSync(join(trash, soul), "utf8")).toBe("Another soul\n");
  });

  test("delete keeps a workspace that another agent has too", { timeout: 2 * CALL_MS }, async () => {
    await sandbox.openclaw.addAgent({ id: "guest", workspace: sandbox.workspaceOf("brien") });
    await sandbox.openclaw.deleteAgent("guest");
    expect(sandbox.read("brien", "SOUL.md")).toBe("A soul\n");
    expect((await sandbox.openclaw.listAgents()).map(({ id }) => id)).toEqual(["main", "ricky", "brien"]);
  });

  test("delete of an agent that is not there, and of main, is refused", { timeout: 2 * CALL_MS }, async () => {
    await expect(sandbox.openclaw.deleteAgent("brien-2")).rejects.toBeInstanceOf(AgentMissingError);
    await expect(sandbox.openclaw.deleteAgent("main")).rejects.toMatchObject({ code: "openclaw_failed" });
  });

  test("an add that is aborted ends gently, and the next one goes through", { timeout: 2 * CALL_MS }, async () => {
    const workspace = sandbox.seed("slow", { "SOUL.md": "A slow soul\n" });
    setFakeMode(sandbox.home, { slow: { "agents add": msPerAdd, "gateway call agents.create": msPerAdd } });
    const first = sandbox.openclaw.addAgent({ id: "slow", workspace }, { signal: AbortSignal.timeout(1_000) });
    await expect(first).rejects.toThrow("aborted due to timeout");
    setFakeMode(sandbox.home, {});
    await sandbox.openclaw.addAgent({ id: "slow", workspace }).catch((error: unknown) => {
      expect(error).toBeInstanceOf(AgentExistsError);
    });
    expect((await sandbox.openclaw.listAgents()).map(({ id }) => id)).toEqual(["main", "ricky", "brien", "slow"]);
  });

  test("what an executor and a launcher that were killed leave at work is found and ended, and the next add goes through", {
    timeout: 3 * CALL_MS,
  }, async () => {
    const workspace = sandbox.seed("orphan", { "SOUL.md": "A lonely soul\n" });
    setFakeMode(sandbox.home, { delegating: { "agents add": msPerAdd } });
    const mark = randomUUID();
    const note = { verb: "agents add", requestId: null, mark, startedAt: Date.now() };
    mkdirSync(join(sandbox.home, ".hatchery"), { recursive: true });
    writeFileSync(join(sandbox.home, ".hatchery", "openclaw-write.json"), JSON.stringify(note));
    const launcher = spawn(await bin(), ["agents", "add", "orphan", `--workspace=${workspace}`, "--non-interactive"], {
      env: { HOME: sandbox.home, OPENCLAW_HOME: sandbox.home, PATH: NODE_FIRST, HATCHERY_RUN: mark },
      ...{ cwd: "/", stdio: "ignore", detached: true },
    });
    const worker = await vi.waitFor(() => childOf(launcher.pid), { timeout: CALL_MS, interval: 20 });
    launcher.kill("SIGKILL");
    await once(launcher, "exit");
    expect(processes().map(({ pid }) => pid)).toContain(worker);
    await sandbox.openclaw.endLeftWrite();
    expect(processes().map(({ pid }) => pid)).not.toContain(worker);
    setFakeMode(sandbox.home, {});
    // A lease that a kill strands would make this one hang.
    await sandbox.openclaw.addAgent({ id: "orphan", workspace });
    expect((await sandbox.openclaw.listAgents()).map(({ id }) => id)).toContain("orphan");
  });
});

/** A log that knows which commands have ended, oldest first. */
function rememberVerbs() {
  const ended: string[] = [];
  const { debug } = { debug: (event: unknown) => ended.push(command.safeParse(event).data?.verb ?? "") };
  return { log: { ...silent, debug }, verbs: () => [...ended], forget: () => void ended.splice(0) };
}

const command = z.object({ verb: z.string() });

const NODE_FIRST = `${dirname(process.execPath)}:/usr/bin:/bin`;

/** Who runs, without zombies: who reaps those is not the executor's business. */
function processes(): { pid: number; parent: number }[] {
  const { stdout } = spawnSync("ps", ["-axo", "pid=,ppid=,stat="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, state = "Z"] = line.trim().split(/\s+/);
    return state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent) }];
  });
}

function childOf(launcher: number | undefined): number {
  const child = processes().find(({ parent }) => parent === launcher)?.pid;
  if (child === undefined) throw new Error("The launcher has no child yet");
  return child;
}
