import { realpathOfFuture } from "./real-path.ts";

const last = new Map<string, Promise<unknown>>();

/** Does this when whatever else was to be done in this workspace is over: nothing else in this process writes there meanwhile. */
export async function withWorkspace<T>({ dir }: { dir: string }, job: () => Promise<T>): Promise<T> {
  // One folder may be told of by two paths: OpenClaw lists its own for the main agent.
  const folder = await realpathOfFuture(dir);
  const before = last.get(folder);
  const done = Promise.withResolvers<void>();
  last.set(folder, done.promise);
  try {
    await before;
    return await job();
  } finally {
    if (last.get(folder) === done.promise) last.delete(folder);
    done.resolve();
  }
}
