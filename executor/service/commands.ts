import type { ParseArgsConfig } from "node:util";
import { parseArgs } from "node:util";
import { install, type ServiceCommand, start, stop, uninstall } from "./install.ts";
import { thisPlace } from "./installation.ts";
import { logs } from "./logs.ts";
import { createMachine } from "./machine.ts";
import { ServiceError } from "./service-error.ts";
import { serviceManagerOf } from "./service-manager.ts";
import { maskSecrets } from "./service-settings.ts";
import { type StatusCommand, status } from "./status.ts";

const CHANGES = new Map([
  ["install", install],
  ["uninstall", uninstall],
  ["start", start],
  ["stop", stop],
]);
const DRY_RUN = { "dry-run": { type: "boolean", default: false } } as const;
const LOGS = {
  follow: { type: "boolean", short: "f", default: false },
  lines: { type: "string", short: "n", default: "50" },
} as const;

export const SERVICE_COMMANDS = [...CHANGES.keys(), "status", "logs"];

/** One of SERVICE_COMMANDS, with what follows it. @returns the exit code @throws ServiceError, ConfigError */
export async function runServiceCommand(
  name: string,
  args: string[],
  connect: StatusCommand["connect"],
): Promise<number> {
  if (name === "logs") {
    const { follow, lines } = parse(args, LOGS);
    if (!/^\d+$/.test(lines)) throw new ServiceError("-n takes a number of lines");
    return await logs({ lines, isFollowing: follow });
  }
  const change = CHANGES.get(name);
  const isDryRun = change !== undefined && parse(args, DRY_RUN)["dry-run"];
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const machine = createMachine(thisPlace(), { isDryRun, say, mask: maskSecrets });
  const command: ServiceCommand = { machine, manager: serviceManagerOf(machine), say };
  if (change !== undefined) return await change(command);
  parse(args, {});
  return await status({ ...command, connect });
}

function parse<O extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: O) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceError(`${why}. What there is: npm run executor`, { cause: error });
  }
}
