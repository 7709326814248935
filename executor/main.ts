import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { createClient } from "@supabase/supabase-js";
import { CONTRACT_VERSION } from "#contract";
import type { Database } from "#database";
import manifest from "../package.json" with { type: "json" };
import { holdClaims } from "./claim-hold.ts";
import { type Config, ConfigError, credentialFile, readConfig, readEnrollConfig } from "./config.ts";
import { describeFindings, diagnose, exitCodeOf } from "./doctor.ts";
import { EnrollError, enroll } from "./enroll.ts";
import { keepExecutorId } from "./executor-identity.ts";
import { createHandlers } from "./handlers/index.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { followLiveUpdates } from "./live-updates.ts";
import { createLog, type Log } from "./log.ts";
import { createOpenclaw, type Openclaw } from "./openclaw.ts";
import { createRedact } from "./redact.ts";
import { createRequestQueue } from "./request-queue.ts";
import { createSession } from "./session.ts";
import { signInOwner } from "./sign-in-owner.ts";
import { Worker } from "./worker.ts";
import * as workspaces from "./workspace.ts";

const USAGE = `Usage: node executor/main.ts <command>

  enroll  ask an owner to let this executor in, and keep its own credential in the state folder
  run     work until stopped (SIGTERM or Ctrl-C: finish what runs, within 20 s; twice: stop at once)
  doctor  look whether this executor can work; ends with 0 when all is well, 1 with a warning, 2 when it cannot
  once    work until nothing is waiting; ends with 0 when every request was done, with 1 when one was not
`;

const TERMINAL = { input: process.stdin, output: process.stderr };
const GRACE_MS = 20_000;
const AUTH_ANSWERS_WITHIN_MS = 10_000;
const STATELESS = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };

/** A client for the queue's functions, and one anew for each Realtime connection: as this executor, or as service role. */
function connectAs({ supabaseUrl, credential }: Config, log: Log) {
  if ("serviceRoleKey" in credential) {
    const connect = () => createClient<Database>(supabaseUrl, credential.serviceRoleKey, { auth: STATELESS });
    log.warn("this executor uses a key that opens everything: enroll it, and take the key away");
    return { database: connect(), connectLive: async () => connect() };
  }
  const { publicKey, email, password } = credential;
  const session = createSession({ auth: connectAuth({ supabaseUrl, publicKey }), email, password, log });
  return {
    database: createClient<Database>(supabaseUrl, publicKey, { auth: STATELESS, global: { fetch: session.fetch } }),
    connectLive: async () => {
      // With a token at hand from the first join on: without one the channel would be anonymous, and hear of nothing.
      await session.token();
      return createClient<Database>(supabaseUrl, publicKey, { accessToken: session.token });
    },
  };
}

function connectAuth({ supabaseUrl, publicKey }: { supabaseUrl: string; publicKey: string }) {
  const answered: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(AUTH_ANSWERS_WITHIN_MS) });
  return createClient(supabaseUrl, publicKey, { auth: STATELESS, global: { fetch: answered } }).auth;
}

function redactFor({ credential, openclawHome, workspaceRoot }: Config) {
  const secret = "serviceRoleKey" in credential ? credential.serviceRoleKey : credential.password;
  return createRedact([secret], homedir(), [openclawHome, workspaceRoot]);
}

/** Builds every edge, and nothing else does. */
async function build(config: Config, log: Log) {
  const executorId = config.executorId ?? (await keepExecutorId(config.stateDir));
  const { database, connectLive } = connectAs(config, log);
  const queue = createRequestQueue(database, {
    executorId,
    instanceId: randomUUID(),
    leaseSeconds: config.leaseSeconds,
    projectIds: config.projectIds,
    redact: redactFor(config),
  });
  const openclaw = createOpenclaw({
    bin: config.openclawBin,
    home: config.openclawHome,
    stepTimeoutMs: config.stepTimeoutMs,
    killPauseMs: config.killPauseMs,
    stateDir: config.stateDir,
    log,
    env: config.environment,
  });
  const heartbeat = createHeartbeat({
    queue,
    openclaw,
    about: {
      displayName: config.displayName,
      platform: `${process.platform} ${process.arch}`,
      version: manifest.version,
      contractVersion: CONTRACT_VERSION,
      workspaceRoot: config.workspaceRoot,
      counters: {},
    },
    log,
  });
  const worker = new Worker({
    queue: holdClaims(queue, { openclaw, log }),
    handlerOf: createHandlers({ openclaw, workspaces, queue, workspaceRoot: config.workspaceRoot }),
    announce: heartbeat.announce,
    concurrency: config.concurrency,
    sweepMs: config.sweepMs,
    leaseMs: config.leaseSeconds * 1000,
    log,
  });
  return { executorId, connectLive, heartbeat, openclaw, worker };
}

/** Before each write it is tried again, and nothing is written while it fails. */
async function endLeftWrite(openclaw: Openclaw, log: Log): Promise<void> {
  await openclaw.endLeftWrite().catch((error) => log.error({ err: error }, "what was left running is not ended"));
}

async function run(config: Config, log: Log): Promise<number> {
  const { executorId, connectLive, heartbeat, openclaw, worker } = await build(config, log);
  const stopped = stopOnSignals(worker, log);
  await endLeftWrite(openclaw, log);
  const background = new AbortController();
  log.info({ executor: executorId, pid: process.pid, realtime: config.realtime }, "executor started");
  const liveUpdates = {
    connect: connectLive,
    executorId,
    onRequest: (reason: string) => worker.nudge(reason),
    onRuntimeAsked: heartbeat.nudge,
    log,
  };
  const loops = [
    heartbeat.run(background.signal),
    ...(config.realtime ? [followLiveUpdates(liveUpdates, background.signal)] : []),
  ];
  await worker.run();
  await stopped;
  background.abort();
  await Promise.all(loops);
  log.info("executor stopped");
  return 0;
}

async function once(config: Config, log: Log): Promise<number> {
  const { openclaw, worker } = await build(config, log);
  stopOnSignals(worker, log).catch((error) => log.error({ err: error }, "not stopped in order"));
  await endLeftWrite(openclaw, log);
  const ends = await worker.drain();
  log.info({ ...ends }, "nothing is waiting");
  return ends.failed + ends.lost === 0 && (await openclaw.lostAgents()) === null ? 0 : 1;
}

async function doctor(config: Config): Promise<number> {
  const executorId = config.executorId ?? (await keepExecutorId(config.stateDir));
  // What would be logged is among the findings.
  const { database } = connectAs(config, createLog({ level: "silent", pretty: false, redact: redactFor(config) }));
  const findings = await diagnose({ database, executorId, hasServiceKey: "serviceRoleKey" in config.credential });
  process.stdout.write(describeFindings(findings));
  return exitCodeOf(findings);
}

async function enrollThisExecutor(): Promise<number> {
  const { supabaseUrl, publicKey, ownerAccessToken, ...config } = readEnrollConfig();
  const executorId = config.executorId ?? (await keepExecutorId(config.stateDir));
  const owner = connectAuth({ supabaseUrl, publicKey });
  const bearer = ownerAccessToken ?? (await signInOwner(owner, TERMINAL));
  const file = credentialFile(config.stateDir);
  try {
    const auth = connectAuth({ supabaseUrl, publicKey });
    await enroll({ supabaseUrl, publicKey, executorId, displayName: config.displayName, bearer, file, auth });
  } finally {
    // Of an owner who signed in here. A token that was handed over is somebody else's to end.
    await owner.signOut({ scope: "local" });
  }
  process.stdout.write(`${executorId} is enrolled. Its credential is in ${file}: start the executor again to use it\n`);
  return 0;
}

/** Resolves when a signal has come and what ran has ended. */
function stopOnSignals(worker: Worker, log: Log): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    log.info({ signal }, signals === 1 ? "stopping when what runs has ended" : "stopping at once");
    worker.stop(signals === 1 ? GRACE_MS : 0).then(stopped.resolve, stopped.reject);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return stopped.promise;
}

async function main(command: string | undefined): Promise<number> {
  const commands = new Map([
    ["run", run],
    ["once", once],
    ["doctor", doctor],
  ]);
  const start = commands.get(command ?? "");
  if (start === undefined && command !== "enroll") {
    process.stderr.write(USAGE);
    return 2;
  }
  let redact = createRedact([]);
  try {
    if (start === undefined) return await enrollThisExecutor();
    const config = readConfig();
    redact = redactFor(config);
    const log = createLog({ level: config.logLevel, pretty: process.stdout.isTTY, redact });
    process.on("unhandledRejection", (error) => log.error({ err: error }, "a rejection that nobody handled"));
    return await start(config, log);
  } catch (error) {
    const isPlain = error instanceof ConfigError || error instanceof EnrollError;
    const words = isPlain ? error.message : `The executor failed: ${redact(inspectError(error))}`;
    process.stderr.write(`${words}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

function inspectError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exit(await main(process.argv[2]));
