import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Whatever the executor's code is made of. */
const SOURCES = ["package-lock.json", "executor/**/*.ts", "supabase/functions/_shared/*.ts"];

/** A short hash of the code in this checkout, which changes with every update of it. */
export async function hashSources(project: string): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(SOURCES, { cwd: project })) if (!file.endsWith(".test.ts")) files.push(file);
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(file).update(await readFile(join(project, file)));
  return hash.digest("hex").slice(0, 12);
}
