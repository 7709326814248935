/**
 * Names what would keep two machines from running the same packages: optional packages that npm left out of a lock (it
 * drops those of other platforms without a word), versions that are not exact, functions that ask for others, and install
 * scripts of which nobody said whether they may run.
 */
import { globSync, readFileSync } from "node:fs";
import { z } from "zod";

const versions = z.record(z.string(), z.string()).default({});

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: versions, hasInstallScript: z.boolean().default(false) }),
  ),
});

const scriptRules = z.object({ allowScripts: z.record(z.string(), z.boolean()).default({}) });

const packageFile = z
  .object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions, overrides: versions })
  .transform((file) => [file.dependencies, file.devDependencies, file.optionalDependencies, file.overrides])
  .transform((groups) => groups.flatMap((group) => Object.entries(group)));

const denoFile = z.object({ imports: versions });

const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/;
const NPM_SPECIFIER = /^npm:(?<name>@?[^@]+)@(?<version>[^/]+)/;

/** `lock` is a parsed package-lock.json, version 3. Answers lines such as `node_modules/vite: fsevents`. */
export function missingFromLock(lock: unknown): string[] {
  const { packages } = lockFile.parse(lock);
  return Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !placesOf(name, path).some((place) => place in packages))
      .map((name) => `${path || "package.json"}: ${name}`),
  );
}

/** Where Node looks for `name` from the package at `path`: in its own node_modules, then in each one above. */
function placesOf(name: string, path: string): string[] {
  const nesting = path.split("/node_modules/");
  const below = nesting.map((_, depth) => [...nesting.slice(0, depth + 1), name].join("/node_modules/"));
  return [...below, `node_modules/${name}`];
}

/** `manifest` is a parsed package.json. Answers lines such as `vite: ^8.3.8`. */
export function looseVersions(manifest: unknown): string[] {
  return packageFile
    .parse(manifest)
    .filter(([, version]) => !EXACT_VERSION.test(version))
    .map(([name, version]) => `${name}: ${version}`);
}

/** The imports of a parsed deno.json that ask for another version than package.json does, such as `npm:zod@4.0.0`. */
export function otherVersions(denoJson: unknown, manifest: unknown): string[] {
  const wanted = new Map(packageFile.parse(manifest));
  return Object.values(denoFile.parse(denoJson).imports).filter((specifier) => {
    const { name = "", version } = NPM_SPECIFIER.exec(specifier)?.groups ?? {};
    return version === undefined || wanted.get(name) !== version;
  });
}

/** The packages in a parsed lock that run a script when installed, and that `allowScripts` of the manifest does not name. */
export function unnamedScripts(lock: unknown, manifest: unknown): string[] {
  const { allowScripts } = scriptRules.parse(manifest);
  return Object.entries(lockFile.parse(lock).packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length))
    .filter((name) => !(name in allowScripts));
}

if (import.meta.main) {
  const problems = ["", "dev/openclaw/"].flatMap((folder) => [
    ...looseVersions(readJson(`${folder}package.json`)).map(
      (line) => `${folder}package.json is not exact about ${line}`,
    ),
    ...missingFromLock(readJson(`${folder}package-lock.json`)).map(
      (line) => `${folder}package-lock.json lacks ${line}`,
    ),
    ...unnamedScripts(readJson(`${folder}package-lock.json`), readJson(`${folder}package.json`)).map(
      (name) => `${folder}package.json does not say in allowScripts whether ${name} may run its install script`,
    ),
  ]);
  for (const path of globSync("supabase/functions/*/deno.json")) {
    const others = otherVersions(readJson(path), readJson("package.json"));
    problems.push(...others.map((specifier) => `${path} asks for ${specifier}, package.json for another version`));
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
