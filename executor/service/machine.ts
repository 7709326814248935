import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isSystemError } from "../system-error.ts";
import { type CommandOutput, runCommand } from "./run-command.ts";
import { ServiceError } from "./service-error.ts";

/** Where a service is installed. */
export interface Place {
  platform: NodeJS.Platform;
  home: string;
  uid: number;
  user: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** What a service manager may do there. Of a dry run each change is printed, and none is made. */
export interface Machine extends Place {
  /** Runs a command that changes nothing. @throws ServiceError when there is no such command */
  look(...command: string[]): Promise<CommandOutput>;
  /** Runs a command that changes something. @throws ServiceError when there is no such command */
  act(...command: string[]): Promise<CommandOutput>;
  /** Replaces the whole file in one step. */
  write(file: string, text: string, mode: number): Promise<void>;
  remove(file: string): Promise<void>;
  /** @returns false when it is not so within `ms` */
  wait(what: string, isSo: () => Promise<boolean>, ms: number): Promise<boolean>;
  /** Says what has been done, and nothing in a dry run. */
  report(line: string): void;
}

interface MachineOptions {
  isDryRun: boolean;
  say: (line: string) => void;
  /** What a dry run prints of a file passes this. */
  mask: (text: string) => string;
}

const POLL_MS = 200;
const DONE: CommandOutput = { exitCode: 0, stdout: "", stderr: "" };

export function createMachine(place: Place, { isDryRun, say, mask }: MachineOptions): Machine {
  async function look(...command: string[]): Promise<CommandOutput> {
    const output = await runCommand(command, place.env);
    if (output === null) throw new ServiceError(`${command[0]} is not on the PATH: it belongs to this system`);
    return output;
  }

  if (isDryRun) {
    const indented = (text: string) => mask(text).trimEnd().replaceAll(/^/gm, "    ");
    return {
      ...place,
      look,
      async act(...command) {
        say(`Would run ${command.join(" ")}`);
        return DONE;
      },
      async write(file, text, mode) {
        say(`Would write ${file} (mode ${mode.toString(8)})${text === "" ? ", empty" : `:\n${indented(text)}`}`);
      },
      remove: async (file) => say(`Would remove ${file}`),
      async wait(what) {
        say(`Would wait until ${what}`);
        return true;
      },
      report: () => undefined,
    };
  }

  return {
    ...place,
    look,
    act: look,
    report: say,
    async write(file, text, mode) {
      const draft = `${file}.${randomUUID()}`;
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(draft, text, { mode, flush: true, flag: "wx" });
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw cannot("written", file, error);
      }
    },
    async remove(file) {
      await rm(file, { force: true }).catch((error) => {
        throw cannot("removed", file, error);
      });
    },
    async wait(_what, isSo, ms) {
      const until = performance.now() + ms;
      for (;;) {
        if (await isSo()) return true;
        if (performance.now() >= until) return false;
        await pause(POLL_MS);
      }
    },
  };
}

/** Null when there is no such file. */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw cannot("read", file, error);
  }
}

function cannot(done: string, file: string, error: unknown): ServiceError {
  const why = error instanceof Error ? error.message : String(error);
  return new ServiceError(`${file} cannot be ${done} (${why}): look whose it is, and who may change its folder`, {
    cause: error,
  });
}
