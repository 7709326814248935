import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { FAKE_SERVICES, MEMORY } from "../../fakes/services/mode.ts";
import type { ClinicMachine } from "./clinic.ts";

const CHECKOUT = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);

/** Runs the command as somebody who sits at this machine, in the checkout, would. @throws when it does not end with 0 */
export async function inShell({ world, home, bin, settings }: ClinicMachine, command: string): Promise<string> {
  const env = {
    ...settings,
    ...{ HOME: home, PATH: [bin, FAKE_SERVICES, process.env["PATH"]].join(":") },
    ...{
      OWNER_ACCESS_TOKEN: world.stack.serviceRoleKey,
      [MEMORY]: join(home, "services"),
      CHECKOUT_NODE: process.execPath,
    },
  };
  return (await run("/bin/sh", ["-c", command], { cwd: CHECKOUT, env })).stdout;
}

/** Of a hint that goes on with words. */
export const firstCommand = (machine: ClinicMachine, hint: string): Promise<string> =>
  inShell(machine, hint.split(/, |; /)[0] ?? "");

/** Of a hint that ends with a command. */
export const lastCommand = (machine: ClinicMachine, hint: string): Promise<string> =>
  inShell(machine, hint.split(": ").at(-1) ?? "");
