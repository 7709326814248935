import { randomUUID } from "node:crypto";
import { dirname, isAbsolute, resolve } from "node:path";
import { $, quote, which } from "zx";
import { ExecutorError } from "./errors.ts";
import type { Start } from "./guarded-writes.ts";
import type { Log } from "./log.ts";
import type { CommandOutput } from "./openclaw-answers.ts";
import { endOnAbort, MARK_VARIABLE } from "./process-tree.ts";

interface CliOptions {
  /** Path of the executable, or a bare name looked up on the fixed PATH. */
  bin: string;
  home: string;
  stepTimeoutMs: number;
  graceMs: number;
  /** A command had to be killed. */
  onKilled(): Promise<void>;
  log: Pick<Log, "debug" | "warn">;
  /** Where the kept variables are taken from. */
  env: Readonly<Record<string, string | undefined>>;
}

/** The `openclaw` executable. */
export interface Cli {
  /** Its path. @throws ExecutorError openclaw_missing */
  find(): Promise<string>;
  /**
   * Runs one command to its end, and leaves no process behind.
   * @throws ExecutorError step_timeout | openclaw_missing | openclaw_unreadable (more than 8 MiB), the signal's reason
   */
  execute(verb: string, args: string[], signal: AbortSignal | undefined, start?: Start): Promise<CommandOutput>;
}

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

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

/** Where the CLI would find a command of this name; null when it would not. */
export const findCommand = (name: string): Promise<string | null> => which(name, { path: PATH, nothrow: true });

export function createCli({ bin, home, stepTimeoutMs, graceMs, onKilled, log, env }: CliOptions): Cli {
  const kept = KEPT_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  const environment = { ...Object.fromEntries(kept), HOME: home, OPENCLAW_HOME: home, NO_COLOR: "1", PATH };

  async function find(): Promise<string> {
    const file = await findCommand(bin);
    if (file) return resolve(file);
    const hint = "Install OpenClaw, or set OPENCLAW_BIN to its executable and restart the executor";
    const where = isAbsolute(bin) ? `There is no executable at ${bin}` : `${bin} is not on the path ${PATH}`;
    throw new ExecutorError("openclaw_missing", where, { hint });
  }

  return {
    find,

    async execute(verb, args, signal, { mark, onStart } = { mark: randomUUID(), onStart: async () => undefined }) {
      signal?.throwIfAborted();
      const file = await find();
      // zx decodes its output chunk by chunk, which breaks characters that two chunks share.
      const store: Record<"stdout" | "stderr" | "stdall", Buffer[]> = { stdout: [], stderr: [], stdall: [] };
      const startedAt = Date.now();
      // exec makes the shell become the launcher, so that its pid is ours to end; detached keeps a terminal's Ctrl-C away.
      const running = $({
        ...{ env: { ...environment, [MARK_VARIABLE]: mark }, store, cwd: "/", stdio: ["ignore", "pipe", "pipe"] },
        ...{ shell: "/bin/bash", quote, prefix: "exec -- ", postfix: "", preferLocal: false, detached: true },
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
              await onKilled();
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
    },
  };
}
