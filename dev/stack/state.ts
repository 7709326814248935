import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "./error-code.ts";
import { createKeys, stackKeys } from "./keys.ts";

const stackState = z.object({
  keys: stackKeys,
  databasePassword: z.string().min(16),
  /** Chosen once, by name ("api", "database", …). */
  ports: z.record(z.string(), z.int().min(1024).max(65_535)),
});
export type StackState = z.infer<typeof stackState>;

const pathOf = (stateDir: string) => join(stateDir, "state.json");

/** What an earlier start wrote to `<stateDir>/state.json`, undefined when there was none. */
export async function readState(stateDir: string): Promise<StackState | undefined> {
  const file = pathOf(stateDir);
  try {
    return stackState.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new Error(`${file} cannot be used; delete ${stateDir} to begin anew`, { cause: error });
  }
}

/** Reads the state, or makes the folder and writes new keys at the first start. */
export async function openState(stateDir: string): Promise<StackState> {
  await mkdir(stateDir, { recursive: true });
  // Postgres never runs as root: started by root it gets another user, who must be able to reach its folder.
  if (process.getuid?.() === 0) await chmod(stateDir, 0o711);
  const known = await readState(stateDir);
  if (known !== undefined) return known;
  const state: StackState = {
    keys: await createKeys(),
    databasePassword: randomBytes(16).toString("hex"),
    ports: {},
  };
  await writeState(stateDir, state);
  return state;
}

/** Replaces the state as a whole: a kill meanwhile leaves the old one. */
export async function writeState(stateDir: string, state: StackState): Promise<void> {
  const draft = `${pathOf(stateDir)}.new`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, pathOf(stateDir));
}
