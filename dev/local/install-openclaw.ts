import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { z } from "zod";
import { holdFileLock } from "./file-lock.ts";

export interface InstalledOpenclaw {
  /** Absolute path of the executable. */
  bin: string;
  version: string;
}

interface InstallOptions {
  /** Told in one line what is going on, about once in two seconds; never called when all is there already. */
  onProgress?: (line: string) => void;
  /** The folder with package.json and its lock. Default: dev/openclaw. */
  folder?: string;
}

// Its own packages must not stand where our imports are looked up, so no code of ours is in there.
const openclawFolder = fileURLToPath(new URL("../openclaw/", import.meta.url));
const cacheFolder = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));
const PROGRESS_MS = 2_000;
const INSTALL_TIMEOUT_MS = 15 * 60_000;

const lockFile = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

/** The version in a lock file, and how many packages it names. */
function readLock(file: string): { version: string | undefined; packages: number } {
  if (!existsSync(file)) return { version: undefined, packages: 0 };
  const { packages } = lockFile.parse(JSON.parse(readFileSync(file, "utf8")));
  return { version: packages["node_modules/openclaw"]?.version, packages: Object.keys(packages).length };
}

/** What is installed and complete: npm writes this hidden lock as its last act. */
function findInstalled(folder: string): InstalledOpenclaw | null {
  const { version } = readLock(join(folder, "package-lock.json"));
  const bin = join(folder, "node_modules", ".bin", "openclaw");
  const done = readLock(join(folder, "node_modules", ".package-lock.json"));
  return version && done.version === version && existsSync(bin) ? { bin, version } : null;
}

/** What npm needs to reach its registry. A surrounding `npm run` names its own folder as the place to install to: not that. */
function keptVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept =
    /^(HOME|USER|LOGNAME|TMPDIR|LANG|CI|NO_COLOR|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|no)_proxy|npm_config_(?!local_prefix$).*)$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => kept.test(name)));
}

async function install(folder: string, say: (line: string) => void): Promise<void> {
  const { version, packages } = readLock(join(folder, "package-lock.json"));
  const started = performance.now();
  let fetched = 0;
  const report = () => {
    const seconds = Math.round((performance.now() - started) / 1000);
    say(`Installing OpenClaw ${version}: ${Math.min(fetched, packages)} of ${packages} packages, ${seconds} s`);
  };
  report();
  const timer = setInterval(report, PROGRESS_MS);
  try {
    const npm = execa("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=http"], {
      cwd: folder,
      // OpenClaw refuses to install under an older Node.
      // Nothing else of it is for the packages' scripts to see: the shell of a developer holds keys.
      env: {
        ...keptVariables(process.env),
        PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
      },
      extendEnv: false,
      stdin: "ignore",
      all: true,
      timeout: INSTALL_TIMEOUT_MS,
    });
    for await (const line of npm.iterable({ from: "all" })) if (/\.tgz/.test(line)) fetched++;
    await npm;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Installs the pinned OpenClaw into its own folder, once, also when several processes ask at the same time (30-60 s, 600 MB).
 * @throws Error with npm's own words when it cannot be installed
 */
export async function ensureOpenclaw({
  onProgress,
  folder = openclawFolder,
}: InstallOptions = {}): Promise<InstalledOpenclaw> {
  const present = findInstalled(folder);
  if (present) return present;
  const say = onProgress ?? (() => undefined);
  mkdirSync(cacheFolder, { recursive: true });
  const lock = join(cacheFolder, "openclaw-install.lock");
  using _ = await holdFileLock(lock, () => say("Waiting for another process that installs OpenClaw"));
  const meanwhile = findInstalled(folder);
  if (meanwhile) return meanwhile;
  try {
    await install(folder, say);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`OpenClaw could not be installed into ${folder}: ${why}`, { cause });
  }
  const installed = findInstalled(folder);
  if (!installed) throw new Error(`npm ended well, but OpenClaw is not complete in ${folder}`);
  say(`Installed OpenClaw ${installed.version}`);
  return installed;
}

if (import.meta.main) {
  const { bin, version } = await ensureOpenclaw({ onProgress: (line) => process.stdout.write(`${line}\n`) });
  process.stdout.write(`OpenClaw ${version} is at ${bin}\n`);
}
