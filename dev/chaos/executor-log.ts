import { readFile } from "node:fs/promises";
import type { ChildProcess } from "../stack/child-processes.ts";

/** The lines of an executor's log that this pattern is found in, oldest first. */
export async function logLines({ logFile }: Pick<ChildProcess, "logFile">, pattern: RegExp): Promise<string[]> {
  return (await readFile(logFile, "utf8")).split("\n").filter((line) => pattern.test(line));
}
