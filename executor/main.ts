import { hostname } from "node:os";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { CONTRACT_VERSION } from "#contract";
import type { Database } from "#database";
import manifest from "../package.json" with { type: "json" };
import { type Config, ConfigError, readConfig } from "./config.ts";
import { createCounters } from "./counters.ts";
import { EnrollError } from "./enroll.ts";
import { enrollThisExecutor } from "./enroll-command.ts";
import { keepExecutorId } from "./executor-identity.ts";
import { guardedDecode } from "./guarded-decode.ts";
import { createHandlers } from "./handlers/index.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { AlreadyRunningError, becomeInstance, type Instance } from "./instance.ts";
import { createLiveUpdates } from "./live-updates.ts";
import { createLog, type Log } from "./log.ts";
import { openLogFile } from "./log-file.ts";
import { createOpenclaw } from "./openclaw.ts";
import { plain404 } from "./plain-404.ts";
import { QueueError } from "./queue-error.ts";
import { createRedact } from "./redact.ts";
import { createRequestQueue } from "./request-queue.ts";
import { createSession } from "./session.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { watchClock } from "./watch-clock.ts";
import { Worker } from "./worker.ts";
import * as workspaces from "./workspace.ts";

const USAGE = `Usage: node executor/main.ts <command>

  enroll  ask an owner to let this executor in, and keep its own credential in the state folder
  run     work until stopped (SIGTERM or Ctrl-C: finish what runs, within 20 s; twice: end it; thrice: leave)
  once    work until nothing is waiting; ends with 0 when every request was done, with 1 when one was not
`;

/** Their message says it all; of any other error the stack is wanted. */
const PLAIN_ERRORS = [ConfigError, EnrollError, AlreadyRunningError, QueueError];
const AUTH_ANSWERS_WITHIN_MS = 10_000;
const STATELESS = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };

/** A client for the queue's functions, and one anew for each Realtime connection: as this executor, or as service role. */
function connectAs({ supabaseUrl, credential }: Config, log: Log) {
  if ("serviceRoleKey" in credential) {
    const key = credential.serviceRoleKey;
    log.warn("this executor uses a key that opens everything: enroll it, and take the key away");
    return {
      database: connectDatabase(supabaseUrl, key, fetch),
      connectLive: async () => connectRealtime(supabaseUrl, key, log),
    };
  }
  const { publicKey, email, password } = credential;
  const session = createSession({ auth: connectAuth({ supabaseUrl, publicKey }), email, password, log });
  return {
    database: connectDatabase(supabaseUrl, publicKey, session.fetch),
    connectLive: async () => {
      // With a token at hand from the first join on: without one the channel would be anonymous, and hear of nothing.
      await session.token();
      return connectRealtime(supabaseUrl, publicKey, log, session.token);
    },
  };
}

// No supervision of this one: each call is a request of its own with a time-out that ends it, so that there is nothing in
// it to get stuck which a fresh fetch would not share.
function connectDatabase(url: string, key: string, send: typeof fetch) {
  return createClient<Database>(url, key, { auth: STATELESS, global: { fetch: plain404(send) } });
}

function connectRealtime(url: string, key: string, log: Log, accessToken?: () => Promise<string>) {
  const auth = accessToken === undefined ? { auth: STATELESS } : { accessToken };
  const client: SupabaseClient<Database> = createClient<Database>(url, key, {
    ...auth,
    realtime: { decode: guardedDecode(() => client.realtime, log) },
  });
  return client;
}

function connectAuth({ supabaseUrl, publicKey }: { supabaseUrl: string; publicKey: string }) {
  const answered: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(AUTH_ANSWERS_WITHIN_MS) });
  return createClient(supabaseUrl, publicKey, { auth: STATELESS, global: { fetch: answered } }).auth;
}

function redactFor({ credential }: Config) {
  return createRedact(["serviceRoleKey" in credential ? credential.serviceRoleKey : credential.password]);
}

function openLog(config: Config): Log {
  const options = { level: config.logLevel, pretty: process.stdout.isTTY, redact: redactFor(config) };
  if (config.logFile === undefined) return createLog(options);
  const complain = (sentence: string) => process.stderr.write(`${sentence}\n`);
  return createLog({ ...options, destination: openLogFile({ file: config.logFile, complain }) });
}

/** Builds every edge, and nothing else does. */
async function build(config: Config, instance: Instance, log: Log) {
  const counters = createCounters();
  const executorId = config.executorId ?? (await keepExecutorId(config.stateDir));
  const { database, connectLive } = connectAs(config, log);
  const queue = createRequestQueue(database, {
    executorId,
    instanceId: instance.id,
    replaces: instance.replaces,
    leaseSeconds: config.leaseSeconds,
    projectIds: config.projectIds,
    redact: redactFor(config),
  });
  const openclaw = createOpenclaw({
    bin: config.openclawBin,
    home: config.openclawHome,
    stepTimeoutMs: config.stepTimeoutMs,
    log,
    env: config.environment,
  });
  const heartbeat = createHeartbeat({
    queue,
    openclaw,
    about: {
      displayName: hostname(),
      platform: `${process.platform} ${process.arch}`,
      version: manifest.version,
      contractVersion: CONTRACT_VERSION,
      workspaceRoot: config.workspaceRoot,
      counters,
    },
    log,
  });
  const liveUpdates = createLiveUpdates({
    connect: connectLive,
    executorId,
    onRequest: (reason) => worker.nudge(reason),
    onRuntimeAsked: heartbeat.nudge,
    onRebuild: () => {
      counters.rebuilds += 1;
    },
    log,
  });
  const worker = new Worker({
    queue,
    handlerOf: createHandlers({ openclaw, workspaces, queue, workspaceRoot: config.workspaceRoot }),
    announce: heartbeat.announce,
    onUnannounced: liveUpdates.foundUnannounced,
    concurrency: config.concurrency,
    sweepMs: config.sweepMs,
    leaseMs: config.leaseSeconds * 1000,
    counters,
    log,
  });
  return { executorId, heartbeat, liveUpdates, worker };
}

async function run(config: Config, instance: Instance, log: Log): Promise<number> {
  const { executorId, heartbeat, liveUpdates, worker } = await build(config, instance, log);
  const stopped = stopOnSignals({ worker, log, exit: process.exit });
  const background = new AbortController();
  log.info(
    { executor: executorId, instance: instance.id, pid: process.pid, realtime: config.realtime },
    "executor started",
  );
  using _clock = watchClock((jumpMs) => {
    log.warn({ jumpMs }, "the clock jumped: this machine has slept, or was set");
    liveUpdates.woke();
    heartbeat.nudge();
    worker.nudge("woke");
  });
  const loops = [heartbeat.run(background.signal), ...(config.realtime ? [liveUpdates.follow(background.signal)] : [])];
  await worker.run();
  await stopped;
  background.abort();
  await Promise.all(loops);
  log.info("executor stopped");
  return 0;
}

async function once(config: Config, instance: Instance, log: Log): Promise<number> {
  const { worker } = await build(config, instance, log);
  const stopping = { worker, log, exit: process.exit };
  stopOnSignals(stopping).catch((error) => log.error({ err: error }, "not stopped in order"));
  const ends = await worker.drain();
  log.info({ ...ends }, "nothing is waiting");
  return ends.failed + ends.lost === 0 ? 0 : 1;
}

async function main(command: string | undefined): Promise<number> {
  const commands = new Map([
    ["run", run],
    ["once", once],
  ]);
  const start = commands.get(command ?? "");
  if (start === undefined && command !== "enroll") {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    if (start === undefined) return await enrollThisExecutor(connectAuth);
    const config = readConfig();
    using instance = await becomeInstance(config.stateDir);
    const log = openLog(config);
    process.on("unhandledRejection", (error) => log.error({ err: error }, "a rejection that nobody handled"));
    return await start(config, instance, log);
  } catch (error) {
    const isPlain = PLAIN_ERRORS.some((plain) => error instanceof plain);
    process.stderr.write(
      `${isPlain && error instanceof Error ? error.message : `The executor failed: ${inspectError(error)}`}\n`,
    );
    return error instanceof ConfigError ? 2 : 1;
  }
}

function inspectError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exit(await main(process.argv[2]));
