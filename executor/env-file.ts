import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseEnv } from "node:util";

type Variables = Record<string, string>;

/**
 * The variables in a file that nobody but its owner may read.
 * @throws Error in words when others may read it, or when it cannot be read; `code` is ENOENT when it is not there.
 */
export function readEnvFile(file: string): Partial<Variables> {
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) throw new Error(`others may read it (mode ${mode.toString(8)}). Run: chmod 600 '${file}'`);
  return parseEnv(readFileSync(file, "utf8"));
}

/** The same, but nothing when there is no such file. */
export function readEnvFileIfThere(file: string): Partial<Variables> {
  try {
    return readEnvFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

/**
 * Writes `variables` in place of the whole file, readable by its owner alone. A crash leaves the old file or the new one.
 * @throws Error when a value would not be read back as it is
 */
export async function writeEnvFile(file: string, variables: Variables): Promise<void> {
  const text = formatVariables(variables);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true, flag: "wx" });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The lines of a file of variables. @throws Error when a value would not be read back as it is */
export function formatVariables(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quote(name, value)}\n`)
    .join("");
}

function quote(name: string, value: string): string {
  const plain = /^[\w./:@+-]+$/.test(value) ? [value] : [];
  const forms = [...plain, ...["'", '"', "`"].map((mark) => `${mark}${value}${mark}`)];
  const form = forms.find((text) => !/[\r\n]/.test(text) && parseEnv(`${name}=${text}`)[name] === value);
  if (form === undefined) throw new Error(`${name} cannot be kept in a file: it contains every quote, or a line break`);
  return form;
}
