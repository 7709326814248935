import { createLaunchd } from "./launchd.ts";
import type { Machine } from "./machine.ts";
import type { Program } from "./program.ts";
import { ServiceError } from "./service-error.ts";
import { createSystemd } from "./systemd.ts";

/** What keeps the executor running: launchd or systemd. Every verb throws ServiceError. */
export interface ServiceManager {
  /** Where the definition of the service lies, or would lie. */
  readonly file: string;
  define(program: Program): string;
  /** @throws when the text is of no service of ours */
  read(text: string): Program;
  /** Puts this definition in place of an earlier one, and starts it anew. */
  install(definition: string): Promise<void>;
  uninstall(): Promise<void>;
  /** Starts what is installed, unless it runs. From now on it starts by itself. */
  start(): Promise<void>;
  /** Ends it in order, and keeps it from starting by itself until `start`. */
  stop(): Promise<void>;
  state(): Promise<ServiceState>;
  /** What whoever installed it should know, in sentences. */
  remarks(program: Program): Promise<string[]>;
}

export interface ServiceState {
  /** Launchd or systemd looks after it now. */
  isLoaded: boolean;
  /** Of the executor; null while it does not run. */
  pid: number | null;
  /** How it ended last, where that is known. */
  lastEnd: { exitCode: number } | { signal: string } | null;
}

export function serviceManagerOf(machine: Machine): ServiceManager {
  if (machine.platform === "darwin") return createLaunchd(machine);
  if (machine.platform === "linux") return createSystemd(machine);
  throw new ServiceError(
    `A service is installed on macOS and on Linux; on ${machine.platform} let something of yours keep "npm run executor -- run" going`,
  );
}
