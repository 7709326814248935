import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { findGateway } from "../../../executor/openclaw-gateway.ts";
import { claimPort } from "../../stack/ports.ts";
import { until } from "../../stack/until.ts";

const READY_MS = 120_000;
const configured = z.object({ gateway: z.object({ port: z.number() }) });

/** A gateway that runs for one home, on loopback. */
export interface RunningGateway extends AsyncDisposable {
  port: number;
  isRunning(): boolean;
  /** Its process is stopped where it is: it accepts connections, and says nothing. */
  freeze(): void;
  /** It goes on with whatever it was asked for meanwhile. */
  thaw(): void;
  /** SIGKILL. Resolves when it is gone; what it wrote about itself stays. */
  kill(): Promise<void>;
}

/** The gateway of this executable for this home, which gets a config when it has none. */
export async function startGateway(bin: string, home: string): Promise<RunningGateway> {
  const port = await configuredPort(home);
  const log = join(home, "gateway.log");
  const output = openSync(log, "w");
  // Its own TMPDIR, because it keeps a log there that all gateways of a machine share.
  const temporary = join(home, "tmp");
  mkdirSync(temporary, { recursive: true });
  const child = spawn(bin, ["gateway", "run"], {
    env: { HOME: home, OPENCLAW_HOME: home, TMPDIR: temporary, NO_COLOR: "1", PATH: NODE_FIRST },
    ...{ cwd: home, stdio: ["ignore", output, output], detached: true },
  });
  closeSync(output);
  const ended = once(child, "exit");
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  let pid = child.pid;
  const signal = (name: NodeJS.Signals) => {
    // The process that says so in its lock, which a launcher may have started.
    if (pid !== undefined && !hasEnded()) process.kill(pid, name);
  };
  // It leads a group of its own, and would outlive whoever started it.
  const endToo = () => signal("SIGTERM");
  process.on("exit", endToo);
  child.once("exit", () => process.off("exit", endToo));
  await until(
    "OpenClaw's gateway answers",
    async () => {
      if (hasEnded()) throw new Error(`OpenClaw's gateway ended:\n${readFileSync(log, "utf8")}`);
      const found = readFileSync(log, "utf8").includes("[gateway] ready") ? await findGateway(home) : null;
      pid = found?.pid ?? pid;
      return found?.port === port;
    },
    READY_MS,
  );
  return {
    port,
    isRunning: () => !hasEnded(),
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    async kill() {
      signal("SIGKILL");
      await ended;
    },
    async [Symbol.asyncDispose]() {
      signal("SIGCONT");
      signal("SIGTERM");
      await ended;
    },
  };
}

async function configuredPort(home: string): Promise<number> {
  const file = join(home, ".openclaw", "openclaw.json");
  if (existsSync(file)) return configured.parse(JSON.parse(readFileSync(file, "utf8"))).gateway.port;
  const port = await claimPort(home, "gateway", () => undefined);
  const auth = { mode: "token", token: randomBytes(24).toString("hex") };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ gateway: { mode: "local", bind: "loopback", port, auth } }), { mode: 0o600 });
  return port;
}

const NODE_FIRST = `${dirname(process.execPath)}:/usr/bin:/bin`;
