import { dirname, isAbsolute, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import { $, quote, which } from "zx";
import type { RuntimeAgent } from "#contract";
import { ExecutorError, PermanentError } from "./errors.ts";
import { createLock } from "./lock.ts";
import {
  addAnswer,
  type CommandOutput,
  identityAnswer,
  listAnswer,
  readAnswer,
  readVersion,
} from "./openclaw-answers.ts";
import { endOnAbort, type ProcessRef } from "./process-tree.ts";

/** The CLI as typed verbs. Writes run one at a time; every verb throws an `ExecutorError` and leaves no process behind. */
export interface Openclaw {
  /** The version number, such as `2026.9.6`. */
  version(signal?: AbortSignal): Promise<string>;
  /** Every agent of this home. A home without a config lists `main`. */
  listAgents(signal?: AbortSignal): Promise<RuntimeAgent[]>;
  /** @throws {AgentExistsError} when OpenClaw already has an agent of this id. */
  addAgent(agent: { id: string; workspace: string }, signal?: AbortSignal): Promise<void>;
  /** Writes name and emoji into OpenClaw's config only; IDENTITY.md is the caller's. */
  setIdentity(identity: { id: string; name: string; emoji: string }, signal?: AbortSignal): Promise<void>;
}

/** One CLI write that is running, so that a later executor can tell it from another process of the same pid. */
export interface RunningWrite extends ProcessRef {
  verb: string;
}

export interface OpenclawOptions {
  /** Path of the executable, or a bare name looked up on the fixed PATH. */
  bin: string;
  /** The folder that contains `.openclaw`. */
  home: string;
  stepTimeoutMs: number;
  /** From SIGTERM to SIGKILL. Default 10,000: a killed `agents add` makes the next one wait for up to 300 s. */
  graceMs?: number;
  log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** Told of each write right after its start; when it throws, the write is ended. */
  onChild?: (child: RunningWrite) => void | Promise<void>;
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
  const { bin, home, stepTimeoutMs, graceMs = DEFAULT_GRACE_MS, log, onChild } = options;
  const exclusively = createLock();
  const kept = KEPT_VARIABLES.flatMap((name) => (options.env?.[name] ? [[name, options.env[name]]] : []));
  const env = { ...Object.fromEntries(kept), HOME: home, OPENCLAW_HOME: home, NO_COLOR: "1", PATH };

  async function execute(
    verb: string,
    args: string[],
    signal: AbortSignal | undefined,
    onStart?: (root: ProcessRef) => Promise<void>,
  ): Promise<CommandOutput> {
    signal?.throwIfAborted();
    const file = await which(bin, { path: PATH, nothrow: true });
    if (!file) {
      const hint = "Install OpenClaw, or set OPENCLAW_BIN to its executable, and retry";
      const where = isAbsolute(bin) ? `There is no executable at ${bin}` : `${bin} is not on the path ${PATH}`;
      throw new PermanentError("openclaw_missing", where, { hint });
    }
    // zx decodes its output chunk by chunk, which breaks characters that two chunks share.
    const store: Record<"stdout" | "stderr" | "stdall", Buffer[]> = { stdout: [], stderr: [], stdall: [] };
    const startedAt = Date.now();
    // exec makes the shell become the launcher, so that its pid is ours to end; detached keeps a terminal's Ctrl-C away.
    const running = $({
      ...{ env, store, cwd: "/", stdio: ["ignore", "pipe", "pipe"], detached: true },
      ...{ shell: "/bin/bash", quote, prefix: "exec -- ", postfix: "", preferLocal: false },
      ...{ nothrow: true, quiet: true, verbose: false },
    })`${resolve(file)} ${args}`;
    const { pid } = running;
    if (pid === undefined)
      throw new PermanentError("openclaw_missing", "/bin/bash cannot be started", { cause: await running });

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
    const root = { pid, startedAt };
    try {
      onStart?.(root).catch((error: unknown) => limits.abort(error));
      const { exitCode } = await endOnAbort(running, root, {
        signal: AbortSignal.any(signal ? [signal, limits.signal] : [limits.signal]),
        graceMs,
        onKilled: () => log.warn({ verb, pid }, "OpenClaw had to be killed, its next write may wait for up to 300 s"),
      });
      log.debug({ verb, pid, exitCode, ms: Date.now() - startedAt }, "openclaw ended");
      return {
        exitCode,
        stdout: Buffer.concat(store.stdout).toString(),
        stderr: Buffer.concat(store.stderr).toString(),
      };
    } finally {
      clearTimeout(timer);
    }
  }

  async function write<T>(
    verb: string,
    args: string[],
    shape: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const note = async (root: ProcessRef) => onChild?.({ ...root, verb });
    return exclusively(async () => {
      for (let retries = 0; ; retries++) {
        try {
          return readAnswer(verb, await execute(verb, args, signal, note), shape);
        } catch (error) {
          // Someone else wrote the config meanwhile, and OpenClaw stored nothing.
          if (!isConflict(error) || retries === CONFLICT_RETRIES) throw error;
          await pause(CONFLICT_PAUSE_MS * (0.5 + Math.random()));
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
    async version(signal) {
      return readVersion(await execute("--version", ["--version"], signal));
    },
    async listAgents(signal) {
      const verb = "agents list";
      return readAnswer(verb, await execute(verb, ["agents", "list", "--json"], signal), listAnswer);
    },
    async addAgent({ id, workspace }, signal) {
      const args = ["agents", "add", id, `--workspace=${workspace}`, "--non-interactive", "--json"];
      requireSame(id, (await write("agents add", args, addAnswer, signal)).agentId);
    },
    async setIdentity({ id, name, emoji }, signal) {
      const args = ["agents", "set-identity", `--agent=${id}`, `--name=${name}`, `--emoji=${emoji}`, "--json"];
      requireSame(id, (await write("agents set-identity", args, identityAnswer, signal)).agentId);
    },
  };
}
