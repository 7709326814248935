import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { executorId } from "#contract";

/**
 * This machine's id: random, made once, kept in `<stateDir>/executor-id`. Never the hostname, which changes with the
 * network and is the same on machines set up from one image.
 * @throws Error when the file holds something else: a second id would orphan every agent bound to the first.
 */
export async function keepExecutorId(stateDir: string): Promise<string> {
  const file = join(stateDir, "executor-id");
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  return parse(file, (await readKept(file)) ?? (await make(file)));
}

/** The same, but null where none was made yet. */
export async function readExecutorId(stateDir: string): Promise<string | null> {
  const file = join(stateDir, "executor-id");
  const kept = await readKept(file);
  return kept === null ? null : parse(file, kept);
}

function parse(file: string, kept: string): string {
  const parsed = executorId.safeParse(kept.trim());
  if (!parsed.success)
    throw new Error(`${file} holds no executor id. Put the id back, or remove the file to get a new one`);
  return parsed.data;
}

async function readKept(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw new Error(`${file} cannot be read`, { cause: error });
  }
}

async function make(file: string): Promise<string> {
  const id = `executor-${randomBytes(8).toString("hex")}`;
  const draft = `${file}.${process.pid}.${id}`;
  await writeFile(draft, `${id}\n`, { mode: 0o600, flush: true });
  try {
    // Linked, not written in place: a crash leaves no half id, and of two first starts at once one wins for both.
    await link(draft, file);
    return id;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    return await readFile(file, "utf8");
  } finally {
    await rm(draft, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
