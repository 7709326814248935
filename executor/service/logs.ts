import { existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import pretty from "pino-pretty";
import { environment, readPlaces } from "../config.ts";
import { isSystemError } from "../system-error.ts";
import { findInstallation } from "./installation.ts";
import { startCommand } from "./run-command.ts";
import { ServiceError } from "./service-error.ts";
import { PATH } from "./service-path.ts";

interface LogsCommand {
  /** How many. */
  lines: string;
  isFollowing: boolean;
}

/** `logs`: the last lines, for a person when one watches, and with `-f` what follows, across rotations. @throws ServiceError */
export async function logs({ lines, isFollowing }: LogsCommand): Promise<number> {
  const installed = await findInstallation();
  const settingsFile = installed?.program?.settingsFile;
  const { logFile } = readPlaces(settingsFile === undefined ? environment : { PATH, HATCHERY_ENV_FILE: settingsFile });
  if (logFile === "-")
    throw new ServiceError("LOG_FILE is -, so its lines go where the system keeps them, and not into a file");
  if (!existsSync(logFile)) throw new ServiceError(`There is no log yet in ${logFile}: has it ever run?`);
  const tail = await startCommand(["tail", "-n", lines, ...(isFollowing ? ["-F"] : []), logFile], environment);
  if (tail === null) throw new ServiceError("tail is not on the PATH: it belongs to this system");
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, tail.end);
  const { stdout } = process;
  const copied = stdout.isTTY
    ? pipeline(tail.output, pretty({ sync: true, translateTime: "SYS:HH:MM:ss.l" }))
    : pipeline(tail.output, stdout, { end: false });
  await copied.catch((error) => {
    // Whoever reads has had enough, as `head` has.
    if (!isSystemError(error, "EPIPE")) throw error;
  });
  tail.end();
  return 0;
}
