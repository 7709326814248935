import { homedir } from "node:os";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { CONTRACT_VERSION } from "#contract";
import type { Database } from "#database";
import manifest from "../package.json" with { type: "json" };
import { createClaimHold } from "./claim-hold.ts";
import { type Executor, once, run } from "./commands.ts";
import { type Config, ConfigError, environment, readConfig, usualLogFile } from "./config.ts";
import { createCounters } from "./counters.ts";
import { doctor } from "./doctor/command.ts";
import { diagnoseExecutor } from "./doctor/diagnose-executor.ts";
import { reportFindings } from "./doctor/report.ts";
import { createRounds } from "./doctor/rounds.ts";
import { createDocumentSync } from "./document-sync/document-sync.ts";
import { EnrollError } from "./enroll.ts";
import { enrollThisExecutor } from "./enroll-command.ts";
import { keepExecutorId } from "./executor-identity.ts";
import { guardedDecode } from "./guarded-decode.ts";
import { createHandlers } from "./handlers/index.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { becomeInstance, type Instance } from "./instance.ts";
import { createLiveUpdates } from "./live-updates.ts";
import { createLog, type Log } from "./log.ts";
import { AlreadyRunningError, StateFolderError } from "./one-process.ts";
import { createOpenclaw } from "./openclaw.ts";
import { takeOpenclawHome } from "./openclaw-home.ts";
import { plain404 } from "./plain-404.ts";
import { QueueError } from "./queue-error.ts";
import { createRedact, type Redact } from "./redact.ts";
import { createRequestQueue } from "./request-queue.ts";
import { runServiceCommand, SERVICE_COMMANDS } from "./service/commands.ts";
import { trimErrorFile } from "./service/error-file.ts";
import { keepingAwake } from "./service/keep-awake.ts";
import { ServiceError } from "./service/service-error.ts";
import { createSession } from "./session.ts";
import { Worker } from "./worker.ts";
import * as workspaces from "./workspace.ts";

const USAGE = `Usage: node executor/main.ts <command>

  enroll     ask an owner to let this executor in, and keep its own credential in the state folder
  install    let this machine keep it running from now on; again after an update, or to put right what status complains of
  uninstall  take that away again; agents, settings, credential and logs stay
  start      start what is installed
  stop       stop it, until start
  status     look whether it runs and is heard of; ends with 0 when it does, else 1
  logs       print the end of its log; -f: and what follows; -n N: so many lines
  doctor     look at all that this executor needs, and say what to do; --json: for programs; ends with 0 when all is well,
             1 with a warning, 2 when something keeps it from working
  run        work until stopped (SIGTERM or Ctrl-C: finish what runs, within 20 s; twice: end it; thrice: leave)
  once       work until nothing is waiting; ends with 0 when every request was done, with 1 when one was not or it was stopped

install, uninstall, start and stop take --dry-run: say what would be written and run, and do nothing.
`;

/** Their message says it all; of any other error the stack is wanted. */
const PLAIN_ERRORS = [ConfigError, EnrollError, AlreadyRunningError, StateFolderError, QueueError, ServiceError];
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

function redactFor({ credential, openclawHome, workspaceRoot }: Config) {
  const secret = "serviceRoleKey" in credential ? credential.serviceRoleKey : credential.password;
  return createRedact([secret], homedir(), [openclawHome, workspaceRoot]);
}

/** Where the log goes; undefined is standard output. Only a terminal is taken for that unasked: nobody rotates a file of launchd's. */
function logFileOf({ logFile, stateDir }: Config): string | undefined {
  const file = logFile ?? (process.stdout.isTTY ? "-" : usualLogFile(stateDir));
  return file === "-" ? undefined : file;
}

/** @throws ConfigError when the file cannot be opened */
function openLog(config: Config, redact: Redact): Log {
  const file = logFileOf(config);
  try {
    return createLog({ level: config.logLevel, pretty: process.stdout.isTTY, redact, file });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The log ${file} cannot be opened: ${why}. Let LOG_FILE name one that can be written`, {
      cause: error,
    });
  }
}

/** Builds every edge, and nothing else does. */
async function build(config: Config, instance: Instance, log: Log): Promise<Executor> {
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
    killPauseMs: config.killPauseMs,
    stateDir: config.stateDir,
    log,
    env: config.environment,
  });
  const claimHold = createClaimHold({
    openclaw,
    stateDir: config.stateDir,
    workspaceRoot: config.workspaceRoot,
    log,
    onChange: () => {
      heartbeat.nudge();
      worker.nudge("hold");
    },
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
      counters,
    },
    problem: claimHold.problem,
    log,
  });
  const liveUpdates = createLiveUpdates({
    connect: connectLive,
    executorId,
    onRequest: (reason) => worker.nudge(reason),
    onRuntimeAsked: heartbeat.nudge,
    onDocument: (reason) => (reason === "live" ? documentSync.relist() : documentSync.nudge()),
    onRebuild: () => {
      counters.rebuilds += 1;
    },
    log,
  });
  const handlerOf = createHandlers({ openclaw, workspaces, queue, workspaceRoot: config.workspaceRoot });
  const worker = new Worker({
    queue: claimHold.over(queue),
    handlerOf: (kind) => keepingAwake(handlerOf(kind), { platform: process.platform, env: config.environment }),
    announce: async () => {
      await heartbeat.announce();
      documentSync.relist();
    },
    onUnannounced: liveUpdates.foundUnannounced,
    onUnfit: claimHold.begin,
    onEnd: () => documentSync.relist(),
    concurrency: config.concurrency,
    sweepMs: config.sweepMs,
    leaseMs: config.leaseSeconds * 1000,
    counters,
    log,
  });
  const documentSync = createDocumentSync({
    queue,
    workspaceRoot: config.workspaceRoot,
    watchMain: config.watchMain,
    watch: config.watch,
    sweepMs: config.sweepMs,
    isWorking: heartbeat.isWorking,
    counters,
    log,
  });
  const rounds = createRounds({
    diagnose: (signal) => diagnoseExecutor({ config, database, connectLive, isItself: true, signal }),
    report: (findings) =>
      reportFindings(findings, { database, executorId, instanceId: instance.id, redact: redactFor(config) }),
    log,
  });
  const parts = { heartbeat, liveUpdates, openclaw, claimHold, worker, documentSync, rounds };
  return { executorId, instance, realtime: config.realtime, ...parts, log };
}

/** For a command that looks: what would be logged is among what it says. */
const connectQuietly = (config: Config) =>
  connectAs(config, createLog({ level: "silent", pretty: false, redact: redactFor(config) }));

async function main(command = "", args: string[]): Promise<number> {
  const commands = new Map([
    ["run", run],
    ["once", once],
  ]);
  const start = commands.get(command);
  if (start === undefined && !["enroll", "doctor", ...SERVICE_COMMANDS].includes(command)) {
    process.stderr.write(USAGE);
    return 2;
  }
  let redact = createRedact([]);
  try {
    if (SERVICE_COMMANDS.includes(command))
      return await runServiceCommand(command, args, (config) => connectQuietly(config).database);
    if (command === "enroll") return await enrollThisExecutor(connectAuth);
    if (start === undefined) return await doctor({ args, connect: connectQuietly, redactFor });
    const config = readConfig();
    redact = redactFor(config);
    using instance = await becomeInstance(config.stateDir);
    using _home = await takeOpenclawHome(config.openclawHome);
    const log = openLog(config, redact);
    process.on("unhandledRejection", (error) => log.error({ err: error }, "a rejection that nobody handled"));
    return await start(await build(config, instance, log));
  } catch (error) {
    const isPlain = error instanceof Error && PLAIN_ERRORS.some((plain) => error instanceof plain);
    process.stderr.write(`${isPlain ? error.message : `The executor failed: ${redact(inspectError(error))}`}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

function inspectError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

trimErrorFile(environment["HATCHERY_ERROR_FILE"]);
process.exit(await main(process.argv[2], process.argv.slice(3)));
