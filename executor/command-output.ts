import { type ChildProcess, execFile } from "node:child_process";

interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  /** In ms; then it is killed. */
  withinMs: number;
  /** Default 1 MiB. */
  mostBytes?: number;
}

/** By name: those that were killed and have not ended yet. */
const stuck = new Map<string, ChildProcess>();

/**
 * What a short command of the system prints. A process that waits for a broken disk, or for another one that does, cannot even
 * be killed: it is left behind then, and no second one is put beside it.
 * @throws Error when it fails, or has not ended in time
 */
export async function commandOutput(
  name: string,
  args: string[],
  { env, withinMs, mostBytes = 1024 * 1024 }: CommandOptions,
): Promise<string> {
  const before = stuck.get(name);
  if (before?.exitCode === null && before.signalCode === null)
    throw new Error(`${name} (process ${before.pid}) has still not answered`);
  stuck.delete(name);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(name, args, { env, maxBuffer: mostBytes }, (error, stdout) => {
    if (error === null) resolve(stdout);
    else reject(error);
  });
  // Not execFile's own: that one waits for the end of what it has killed.
  const timer = setTimeout(() => {
    stuck.set(name, child);
    child.kill("SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
    reject(new Error(`${name} did not answer within ${withinMs / 1000} s`));
  }, withinMs);
  return await promise.finally(() => clearTimeout(timer));
}
