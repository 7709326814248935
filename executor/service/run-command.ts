import type { Readable } from "node:stream";
import { $, quote, which } from "zx";

type Environment = Readonly<Record<string, string | undefined>>;

export interface CommandOutput {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A command that goes on beside this process. */
export interface RunningCommand {
  /** What it prints. */
  output: Readable;
  /** Asks it to end. */
  end(): void;
}

/** Longer than a service may take to end in order. */
const TIMEOUT_MS = 150_000;

/** Not detached, as zx would have it: Ctrl-C is for them too. */
const asItIs = {
  ...{ shell: "/bin/bash", quote, prefix: "exec -- ", postfix: "", preferLocal: false, cwd: "/" },
  ...{ nothrow: true, quiet: true, verbose: false, detached: false },
};

/** Runs a command of this system to its end; null when there is none of this name on the PATH of `env`. */
export async function runCommand(
  [name = "", ...args]: readonly string[],
  env: Environment,
): Promise<CommandOutput | null> {
  const file = await find(name, env);
  if (file === null) return null;
  const running = $({ ...asItIs, env: { ...env }, stdio: ["ignore", "pipe", "pipe"], timeout: TIMEOUT_MS });
  const { exitCode, stdout, stderr } = await running`${file} ${args}`;
  return { exitCode: exitCode ?? 1, stdout, stderr };
}

/** Starts a command that is read, or ended, later; null when there is none of this name on the PATH of `env`. */
export async function startCommand(
  [name = "", ...args]: readonly string[],
  env: Environment,
): Promise<RunningCommand | null> {
  const file = await find(name, env);
  if (file === null) return null;
  const store: Record<"stdout" | "stderr" | "stdall", Buffer[]> = { stdout: [], stderr: [], stdall: [] };
  const running = $({ ...asItIs, env: { ...env }, store, stdio: ["ignore", "pipe", "inherit"] })`${file} ${args}`;
  // It may run for months, and zx would keep all that it prints.
  running.stdout.on("data", () => {
    store.stdout.length = store.stdall.length = 0;
  });
  return { output: running.stdout, end: () => void running.child?.kill("SIGTERM") };
}

async function find(name: string, env: Environment): Promise<string | null> {
  return (await which(name, { path: env["PATH"] ?? "", nothrow: true })) || null;
}
