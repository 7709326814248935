import { randomUUID } from "node:crypto";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { z } from "zod";
import { $, quote, which } from "zx";
import type { RuntimeAgent } from "#contract";
import { ExecutorError, PermanentError } from "./errors.ts";
import { createGuardedWrites, type Start, type WriteCall } from "./guarded-writes.ts";
import { createLock } from "./lock.ts";
import type { Log } from "./log.ts";
import { pause } from "./nudge.ts";
import {
  addAnswer,
  type CommandOutput,
  identityAnswer,
  listAnswer,
  readAnswer,
  readVersion,
} from "./openclaw-answers.ts";
import { createVersionGate, requireSupportedVersion } from "./openclaw-version.ts";
import { endOnAbort, MARK_VARIABLE } from "./process-tree.ts";

/**
 * The CLI as typed verbs. Writes run one at a time; every verb throws an `ExecutorError` and leaves no process behind. All
 * but `version` throw `openclaw_too_old` before they do anything.
 */
export interface Openclaw {
  /** The version number, such as `2026.9.6`. */
  version(signal?: AbortSignal): Promise<string>;
  /** Every agent of this home. A home without a config lists `main`. */
  listAgents(signal?: AbortSignal): Promise<RuntimeAgent[]>;
  /** @throws {AgentExistsError} when OpenClaw already has an agent of this id. */
  addAgent(agent: { id: string; workspace: string }, call?: WriteCall): Promise<void>;
  /** Writes name and emoji into OpenClaw's config only; IDENTITY.md is the caller's. */
  setIdentity(identity: { id: string; name: string; emoji: string }, call?: WriteCall): Promise<void>;
  /** What every write is refused with while agents are lost, that is, missed by a list after a write. */
  lostAgents(): Promise<ExecutorError | null>;
  /** @throws {PermanentError} runtime_lost_agents when there are any. */
  requireNoneLost(): Promise<void>;
  /** Ends what an executor before this one has left running. */
  endLeftWrite(): Promise<void>;
}

export interface OpenclawOptions {
  /** Path of the executable, or a bare name looked up on the fixed PATH. */
  bin: string;
  /** The folder that contains `.openclaw`. */
  home: string;
  stepTimeoutMs: number;
  /** From SIGTERM to SIGKILL. Default 10,000: a killed `agents add` makes the next one wait for up to 300 s. */
  graceMs?: number;
  /** How long writes wait after a kill, in ms. Default 300,000. */
  killPauseMs?: number;
  /** Where notes and copies of OpenClaw's config are kept. Default `.hatchery` in `home`. */
  stateDir?: string;
  log: Pick<Log, "debug" | "warn" | "error">;
  /** Where TMPDIR, TZ, USER and proxy settings are taken from; nothing else of it reaches the CLI. */
  env?: Readonly<Record<string, string | undefined>>;
}

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const DEFAULT_GRACE_MS = 10_000;
const CONFLICT_RETRIES = 3;
const CONFLICT_PAUSE_MS = 400;

// No LANG or LC_*: in a shell that reads a double-byte character set a backslash may be half of a character, and end quoting.
const KEPT_VARIABLES = [
  "TMPDIR",
  "TZ",
  "USER",
  "LOGNAME",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "NODE_EXTRA_CA_CERTS",
];

// The Node this runs under comes first, because the CLI's first line asks PATH for one.
const PATH = [
  dirname(process.execPath),
  "/opt/homebrew/bin",
  "/usr/local/bin",
  "/usr/bin",
  "/bin",
  "/usr/sbin",
  "/sbin",
].join(":");

const isConflict = (error: unknown) =>
  error instanceof ExecutorError && /config changed since last load/i.test(error.message);

export function createOpenclaw(options: OpenclawOptions): Openclaw {
  const { bin, home, stepTimeoutMs, graceMs = DEFAULT_GRACE_MS, killPauseMs, log } = options;
  const { stateDir = join(home, ".hatchery") } = options;
  const exclusively = createLock();
  const gate = createVersionGate(log);
  const writes = createGuardedWrites({ stateDir, home, graceMs, killPauseMs, list: listAgents, log });
  const kept = KEPT_VARIABLES.flatMap((name) => (options.env?.[name] ? [[name, options.env[name]]] : []));
  const env = { ...Object.fromEntries(kept), HOME: home, OPENCLAW_HOME: home, NO_COLOR: "1", PATH };

  async function findExecutable(): Promise<string> {
    const file = await which(bin, { path: PATH, nothrow: true });
    if (file) return resolve(file);
    const hint = "Install OpenClaw, or set OPENCLAW_BIN to its executable and restart the executor";
    const where = isAbsolute(bin) ? `There is no executable at ${bin}` : `${bin} is not on the path ${PATH}`;
    throw new ExecutorError("openclaw_missing", where, { hint });
  }

  async function execute(
    verb: string,
    args: string[],
    signal: AbortSignal | undefined,
    { mark, onStart }: Start = { mark: randomUUID(), onStart: async () => undefined },
  ): Promise<CommandOutput> {
    signal?.throwIfAborted();
    const file = await findExecutable();
    // zx decodes its output chunk by chunk, which breaks characters that two chunks share.
    const store: Record<"stdout" | "stderr" | "stdall", Buffer[]> = { stdout: [], stderr: [], stdall: [] };
    const startedAt = Date.now();
    // exec makes the shell become the launcher, so that its pid is ours to end; detached keeps a terminal's Ctrl-C away.
    const running = $({
      ...{ env: { ...env, [MARK_VARIABLE]: mark }, store, cwd: "/", stdio: ["ignore", "pipe", "pipe"], detached: true },
      ...{ shell: "/bin/bash", quote, prefix: "exec -- ", postfix: "", preferLocal: false },
      ...{ nothrow: true, quiet: true, verbose: false },
    })`${file} ${args}`;
    const { pid } = running;
    if (pid === undefined)
      throw new ExecutorError("openclaw_missing", "/bin/bash cannot be started", { cause: await running });

    const limits = new AbortController();
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) return;
      store.stdout.length = store.stderr.length = store.stdall.length = 0;
      limits.abort(new ExecutorError("openclaw_unreadable", `The answer of openclaw ${verb} is larger than 8 MiB`));
    };
    running.stdout.on("data", count);
    running.stderr.on("data", count);
    const late = new ExecutorError("step_timeout", `openclaw ${verb} did not end within ${stepTimeoutMs / 1000} s`);
    const timer = setTimeout(() => limits.abort(late), stepTimeoutMs);
    const started = onStart({ pid, startedAt });
    started.catch((error: unknown) => limits.abort(error));
    try {
      const { exitCode, signal: endedBy } = await endOnAbort(
        running,
        { pid, startedAt, mark },
        {
          signal: AbortSignal.any(signal ? [signal, limits.signal] : [limits.signal]),
          graceMs,
          onKilled: async () => {
            log.warn({ verb, pid }, "OpenClaw had to be killed, it recovers before it is written to again");
            await writes.killed();
          },
        },
      );
      log.debug({ verb, pid, exitCode, ms: Date.now() - startedAt }, "openclaw ended");
      return {
        exitCode,
        signal: endedBy,
        stdout: Buffer.concat(store.stdout).toString(),
        stderr: Buffer.concat(store.stderr).toString(),
      };
    } finally {
      clearTimeout(timer);
      await Promise.allSettled([started]);
    }
  }

  async function version(signal?: AbortSignal): Promise<string> {
    const number = readVersion(await execute("--version", ["--version"], signal));
    await gate.see(await findExecutable(), number);
    return number;
  }

  async function requireSupported(signal: AbortSignal | undefined): Promise<void> {
    const file = await findExecutable();
    if (!(await gate.accepts(file))) requireSupportedVersion(await version(signal));
  }

  async function listAgents(signal?: AbortSignal): Promise<RuntimeAgent[]> {
    await requireSupported(signal);
    const verb = "agents list";
    return await writes.compare(async () =>
      readAnswer(verb, await execute(verb, ["agents", "list", "--json"], signal), listAnswer),
    );
  }

  async function write<T>(verb: string, args: string[], shape: z.ZodType<T>, call: WriteCall): Promise<T> {
    const { signal } = call;
    return exclusively(async () => {
      await requireSupported(signal);
      for (let retries = 0; ; retries++) {
        try {
          const output = await writes.run({ ...call, verb }, (start) => execute(verb, args, signal, start));
          return readAnswer(verb, output, shape);
        } catch (error) {
          // Someone else wrote the config meanwhile, and OpenClaw stored nothing.
          if (!isConflict(error) || retries === CONFLICT_RETRIES) throw error;
          await pause(CONFLICT_PAUSE_MS * (0.5 + Math.random()), signal);
          signal?.throwIfAborted();
        }
      }
    }, signal);
  }

  function requireSame(asked: string, answered: string): void {
    if (asked === answered) return;
    throw new PermanentError(
      "wrong_in_runtime",
      `OpenClaw was asked for the agent ${asked} and answered for ${answered}`,
    );
  }

  return {
    version,
    listAgents,
    async addAgent({ id, workspace }, call = {}) {
      const args = ["agents", "add", id, `--workspace=${workspace}`, "--non-interactive", "--json"];
      requireSame(id, (await write("agents add", args, addAnswer, call)).agentId);
    },
    async setIdentity({ id, name, emoji }, call = {}) {
      const args = ["agents", "set-identity", `--agent=${id}`, `--name=${name}`, `--emoji=${emoji}`, "--json"];
      requireSame(id, (await write("agents set-identity", args, identityAnswer, call)).agentId);
    },
    lostAgents: writes.lostAgents,
    requireNoneLost: writes.requireNoneLost,
    async endLeftWrite() {
      await exclusively(writes.endLeftWrite);
    },
  };
}
