import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "./error-code.ts";
import { isSameProcess, processStartTime } from "./process-table.ts";

const ownerFile = z.object({ pid: z.int().positive(), startTime: z.iso.datetime() });
export type Owner = z.infer<typeof ownerFile>;

const pathOf = (stateDir: string) => join(stateDir, "owner.json");

/** The process that runs a stack in this folder now, undefined when none does. */
export async function readOwner(stateDir: string): Promise<Owner | undefined> {
  const text = await readFile(pathOf(stateDir), "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  });
  const owner = parseOwner(text);
  if (owner === undefined) return undefined;
  return (await isSameProcess(owner.pid, owner.startTime)) ? owner : undefined;
}

/** A file that a crash cut short names nobody. */
function parseOwner(text: string): Owner | undefined {
  try {
    return ownerFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Makes this process the one that runs the stack in `stateDir`.
 * @throws Error when another living process does already: reaping its children would pull the floor from under it.
 */
export async function takeOwnership(stateDir: string): Promise<void> {
  const current = await readOwner(stateDir);
  if (current !== undefined) {
    throw new Error(`The local stack in ${stateDir} is already running as process ${current.pid}; stop it first`);
  }
  await releaseOwnership(stateDir);
  const startTime = await processStartTime(process.pid);
  if (startTime === undefined) throw new Error("ps does not list this process");
  const owner: Owner = { pid: process.pid, startTime };
  // "wx": of two that start at the same moment one fails here.
  await writeFile(pathOf(stateDir), JSON.stringify(owner), { flag: "wx", mode: 0o600 });
}

/** Lets the next start have the folder. */
export async function releaseOwnership(stateDir: string): Promise<void> {
  await rm(pathOf(stateDir), { force: true });
}
