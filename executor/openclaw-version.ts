import { stat } from "node:fs/promises";
import { ExecutorError } from "./errors.ts";
import type { Log } from "./log.ts";

/** The one that every test runs against. */
const TESTED = "2026.9.6";

/**
 * From 2026.8.0 on OpenClaw refuses by itself to write a roster that drops an agent (its pull request 114054, merged on
 * 26 July 2026); before, a write on top of an old state lost agents without a word (its issues 43367 and 79230). It also
 * has all that is used here: `agents add --non-interactive --json`, `set-identity --json`, and `isDefault` in the list.
 */
const OLDEST = "2026.8.0";

/** @throws ExecutorError openclaw_too_old */
export function requireSupportedVersion(version: string): void {
  if (!isTooOld(version)) return;
  throw new ExecutorError("openclaw_too_old", `OpenClaw ${version} is too old for Hatchery`, {
    hint: `Update OpenClaw ${version} to ${OLDEST} or newer (tested is ${TESTED})`,
  });
}

/** The version that all is tested with, when this one is newer; else null. */
export const testedBefore = (version: string): string | null => (compareVersions(version, TESTED) > 0 ? TESTED : null);

/** Remembers which executable is new enough, so that it is not asked each time; warns once of one that is newer than tested. */
export function createVersionGate(log: Pick<Log, "warn">) {
  const warned = new Set<string>();
  let accepted: string | undefined;

  return {
    /** Whether this very executable, and no other that was installed in its place, has said that it is new enough. */
    async accepts(executable: string): Promise<boolean> {
      return accepted !== undefined && accepted === (await identityOf(executable));
    },

    /** Takes what the executable says of itself. */
    async see(executable: string, version: string): Promise<void> {
      // Too old is not remembered: behind a wrapper script an update changes nothing that could be seen from here.
      accepted = isTooOld(version) ? undefined : await identityOf(executable);
      const tested = testedBefore(version);
      if (tested === null || warned.has(version)) return;
      warned.add(version);
      log.warn({ version, tested }, "OpenClaw is newer than what Hatchery is tested with");
    },
  };
}

const isTooOld = (version: string) => compareVersions(version, OLDEST) < 0;

/** Changes with every installation; npm gives all files the same modification time. */
async function identityOf(executable: string): Promise<string> {
  const { dev, ino, size, ctimeMs } = await stat(executable);
  return [dev, ino, size, ctimeMs].join(" ");
}

/** By year, month and number; what follows, as in `2026.9.7-beta.1`, counts for nothing. */
function compareVersions(one: string, other: string): number {
  const [a = 0, b = 0] = [one, other].map((version) => {
    const [year = 0, month = 0, number = 0] = version.split(/[^\d]/, 3).map(Number);
    return (year * 100 + month) * 10_000 + number;
  });
  return a - b;
}
