import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type RunningGateway, startGateway } from "../fakes/openclaw/gateway.ts";
import { type FakeMode, setFakeMode } from "../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { type ChildProcess, startChild } from "../stack/child-processes.ts";
import { sendSignal } from "../stack/process-table.ts";
import { type Fault as CallFault, startFlakyProxy } from "../testing/flaky-proxy.ts";
import { type Checkpoint, cliCheckpoint, rpcCheckpoint, stepIn } from "./checkpoint.ts";
import type { World } from "./world.ts";

/** An executor is started some five hundred times. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/node", import.meta.url));
const MAIN = fileURLToPath(new URL("../../executor/main.ts", import.meta.url));

/** How the process is started, beside its settings. */
interface StartOptions {
  settings?: Record<string, string>;
  /** Options of Node, such as a module to load first. */
  nodeArgs?: string[];
  /** A command that ends by executing its own arguments. */
  wrapper?: string[];
}

export interface MachineOptions {
  /** Tells its logs and folders apart. */
  name: string;
  executorId: string;
  projectId: string;
  /** Another machine's, for two daemons on one machine. */
  folder?: string;
  openclaw?: string;
  /** Settings by which it signs in as itself, in place of the key that opens everything. */
  credential?: Record<string, string>;
}

/** One Mac mini: a home with OpenClaw, a network of its own (a proxy), and an executor that can be started and killed. */
export type Machine = Awaited<ReturnType<typeof startMachine>>;

export async function startMachine(world: World, options: MachineOptions) {
  const { name, executorId, projectId, folder, openclaw = FAKE_OPENCLAW, credential } = options;
  const own = folder ?? join(world.folder, name);
  const home = join(own, "home");
  await mkdir(home, { recursive: true, mode: 0o700 });
  const proxy = await startFlakyProxy(world.stack.apiUrl);
  const processes: ChildProcess[] = [];
  /** Of the last progress that was told; exact when requests run one at a time. */
  let step: string | undefined;
  let decide: (checkpoint: Checkpoint) => CallFault = () => "pass";
  let watch: (checkpoint: Checkpoint) => Promise<void> = async () => undefined;

  proxy.setFaults((path, body) => {
    step = stepIn(path, body) ?? step;
    return decide(rpcCheckpoint(path, body, step));
  });

  const gateSocket = join(own, `${name}.gate`);
  const gate = createServer((connection) => {
    connection.on("error", () => connection.destroy());
    createInterface({ input: connection }).once("line", (line) => {
      watch(cliCheckpoint(line, step)).finally(() => connection.end());
    });
  });
  await new Promise<void>((resolve) => gate.listen(gateSocket, resolve));

  const current = () => processes.at(-1);

  async function start({ settings = {}, nodeArgs = [], wrapper = [] }: StartOptions = {}): Promise<ChildProcess> {
    step = undefined;
    const [command = process.execPath, ...args] = [...wrapper, process.execPath, ...nodeArgs, MAIN, "run"];
    const child = await startChild({
      stateDir: own,
      name: `${name}-${processes.length + 1}`,
      command,
      args,
      env: {
        PATH: "/usr/bin:/bin",
        NODE_COMPILE_CACHE: COMPILED,
        SUPABASE_URL: proxy.url,
        ...(credential ?? { SUPABASE_SERVICE_ROLE_KEY: world.stack.secretKey }),
        EXECUTOR_ID: executorId,
        PROJECT_IDS: projectId,
        OPENCLAW_BIN: openclaw,
        OPENCLAW_HOME: home,
        STATE_DIR: join(own, "state"),
        LOG_FILE: "-",
        LEASE_SECONDS: "5",
        SWEEP_SECONDS: "1",
        STEP_TIMEOUT_SECONDS: "60",
        ...settings,
      },
      stopsItsOwnChildren: true,
      graceMs: 60_000,
    });
    processes.push(child);
    return child;
  }

  /** SIGTERM, and SIGKILL after a minute. */
  async function stop(): Promise<void> {
    for (const child of processes.filter((one) => one.isRunning())) {
      sendSignal(child.pid, "SIGCONT");
      await child.stop();
    }
  }
  world.guests.add(stop);

  let gateway: RunningGateway | undefined;
  const stopGateway = async () => gateway?.[Symbol.asyncDispose]();
  world.guests.add(stopGateway);

  return {
    name,
    executorId,
    folder: own,
    home,
    openclaw,
    proxy,
    processes,
    start,
    isRunning: () => current()?.isRunning() ?? false,
    /** SIGKILL, as a crash or a power cut. Resolves when the process is gone. */
    async kill(): Promise<void> {
      const child = current();
      if (child === undefined) return;
      sendSignal(child.pid, "SIGKILL");
      await child.ended;
    },
    signal(name: NodeJS.Signals): void {
      const child = current();
      if (child !== undefined) sendSignal(child.pid, name);
    },
    /** OpenClaw's gateway, which runs until the machine is removed. Start it before anything else of a new home, or again. */
    async startGateway(): Promise<RunningGateway> {
      gateway = await startGateway(openclaw, home);
      return gateway;
    },
    /** What the executor's calls of the database meet from now on. */
    onCall(next: (checkpoint: Checkpoint) => CallFault): void {
      decide = next;
    },
    /** What the stand-in waits for at each of its points from now on; a mode without a gate asks nobody. */
    onGate(next: (checkpoint: Checkpoint) => Promise<void>): void {
      watch = next;
    },
    /** How the stand-in behaves; `isGated` when each call is to ask at the gate. */
    setMode(mode: Partial<FakeMode>, { isGated = false } = {}): void {
      setFakeMode(home, { ...mode, ...(isGated ? { gate: gateSocket } : {}) });
    },
    /** Nothing is faulty any more. */
    heal(): void {
      decide = () => "pass";
      watch = async () => undefined;
      proxy.refuseSockets(false);
      setFakeMode(home, {});
    },
    stop,
    async remove(): Promise<void> {
      world.guests.delete(stop);
      await stopGateway();
      world.guests.delete(stopGateway);
      gate.close();
      await proxy.stop();
    },
  };
}
