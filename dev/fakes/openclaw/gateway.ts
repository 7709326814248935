import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { findGateway } from "../../../executor/openclaw-gateway.ts";
import { claimPort } from "../../stack/ports.ts";
import { until } from "../../stack/until.ts";
import { FAKE_OPENCLAW } from "./sandbox.ts";

const READY_MS = 120_000;
const address = z.object({ port: z.number() });

/** A gateway that runs for one home, on loopback. */
export interface RunningGateway extends AsyncDisposable {
  port: number;
  /** As if its process were frozen: it accepts connections, and says nothing. The stand-in's alone. */
  freeze(): void;
}

const lockOf = (home: string) => join(home, ".openclaw", "tmp", `openclaw-${userInfo().uid}`, "gateway.state.lock");

/** The gateway of this executable for this home, which gets a config when it has none. */
export async function startGateway(bin: string, home: string): Promise<RunningGateway> {
  return bin === FAKE_OPENCLAW ? await startFakeGateway(home) : await startRealGateway(bin, home);
}

function configure(home: string, gateway: object, agents?: object): void {
  const file = join(home, ".openclaw", "openclaw.json");
  if (existsSync(file)) throw new Error("A gateway is started before anything else in its home");
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const text = JSON.stringify({ gateway: { mode: "local", bind: "loopback", ...gateway }, agents });
  writeFileSync(file, text, { mode: 0o600 });
}

/** Does no more than to be there: `gateway call` of the stand-in does the work. */
async function startFakeGateway(home: string): Promise<RunningGateway> {
  let isFrozen = false;
  const server = createServer((_, response) => {
    if (!isFrozen) response.end(JSON.stringify({ ok: true, status: "live" }));
  }).listen({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const { port } = address.parse(server.address());
  configure(home, { port }, { entries: {} });
  const configPath = join(home, ".openclaw", "openclaw.json");
  mkdirSync(dirname(lockOf(home)), { recursive: true });
  writeFileSync(lockOf(home), JSON.stringify({ pid: process.pid, port, configPath }));
  return {
    port,
    freeze: () => {
      isFrozen = true;
    },
    async [Symbol.asyncDispose]() {
      rmSync(lockOf(home), { force: true });
      server.closeAllConnections();
      server.close();
    },
  };
}

async function startRealGateway(bin: string, home: string): Promise<RunningGateway> {
  const port = await claimPort(home, "gateway", () => undefined);
  configure(home, { port, auth: { mode: "token", token: randomBytes(24).toString("hex") } });
  const log = join(home, "gateway.log");
  const output = openSync(log, "a");
  // Its own TMPDIR, because it keeps a log there that all gateways of a machine share.
  const temporary = join(home, "tmp");
  mkdirSync(temporary, { recursive: true });
  const child = spawn(bin, ["gateway", "run"], {
    env: { HOME: home, OPENCLAW_HOME: home, TMPDIR: temporary, NO_COLOR: "1", PATH: NODE_FIRST },
    ...{ cwd: home, stdio: ["ignore", output, output], detached: true },
  });
  closeSync(output);
  const ended = once(child, "exit");
  await until(
    "OpenClaw's gateway answers",
    async () => {
      if (child.exitCode !== null) throw new Error(`OpenClaw's gateway ended:\n${readFileSync(log, "utf8")}`);
      return readFileSync(log, "utf8").includes("[gateway] ready") && (await findGateway(home)) === port;
    },
    READY_MS,
  );
  return {
    port,
    freeze() {
      throw new Error("Only the stand-in can be frozen");
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

const NODE_FIRST = `${dirname(process.execPath)}:/usr/bin:/bin`;
