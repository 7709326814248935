import { startCommand } from "./run-command.ts";

interface KeepAwakeOptions {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}

/** Keeps a Mac from falling asleep by itself during `work`. Where there is no caffeinate it may, and nothing is lost. */
export function keepingAwake<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
  { platform, env }: KeepAwakeOptions,
): (...args: A) => Promise<R> {
  if (platform !== "darwin") return work;
  return async (...args) => {
    // -w: it ends with this process too, however that ends.
    const caffeinate = await startCommand(["caffeinate", "-i", "-w", String(process.pid)], env);
    try {
      return await work(...args);
    } finally {
      caffeinate?.end();
    }
  };
}
