import { dirname, join } from "node:path";
import { usualLogFile } from "../config.ts";
import { readInstallation } from "./installation.ts";
import type { Machine } from "./machine.ts";
import { thisProgram } from "./program.ts";
import { ServiceError } from "./service-error.ts";
import type { ServiceManager } from "./service-manager.ts";
import { planSettings, settingsFileOf } from "./service-settings.ts";

export interface ServiceCommand {
  machine: Machine;
  manager: ServiceManager;
  say: (line: string) => void;
}

const SECRETS_MODE = 0o600;
const RUNS_WITHIN_MS = 10_000;

/** `install`: first, again, or over another one; ends with the service running. @throws ServiceError, ConfigError */
export async function install({ machine, manager, say }: ServiceCommand): Promise<number> {
  if (machine.uid === 0 && machine.env["SUDO_USER"])
    throw new ServiceError("Install it without sudo: it belongs to the user whose OpenClaw it works with");
  const installed = await readInstallation(manager);
  const settingsFile = settingsFileOf(machine.env, installed?.program?.settingsFile);
  const { config, text, kept } = await planSettings(machine.env, settingsFile);
  const errorFile = join(config.stateDir, "logs", "executor.err");
  const program = await thisProgram({ settingsFile, errorFile });
  const definition = manager.define(program);
  const before = await manager.state();

  if (kept.length > 0)
    say(
      `Left as ${settingsFile} has it, and not as the environment does: ${kept.join(", ")}. Edit that file to change it`,
    );
  if (before.pid !== null && text === null && installed?.definition === definition) {
    say(`Already installed and running as process ${before.pid}`);
    return 0;
  }
  if (text !== null) await machine.write(settingsFile, text, SECRETS_MODE);
  await machine.write(errorFile, "", SECRETS_MODE);
  await manager.install(definition);
  await requireRunning(machine, manager);
  for (const remark of await manager.remarks(program)) machine.report(remark);
  machine.report(`Installed as ${manager.file}`);
  machine.report(`Its settings are in ${settingsFile}, its log in ${config.logFile ?? usualLogFile(config.stateDir)}`);
  machine.report("Whether it works: npm run executor -- status");
  return 0;
}

/** `start`: what is installed, from now on and after each restart of the machine. @throws ServiceError */
export async function start({ machine, manager, say }: ServiceCommand): Promise<number> {
  if ((await readInstallation(manager)) === null) throw notInstalled();
  const { pid } = await manager.state();
  if (pid !== null) {
    say(`Already running as process ${pid}`);
    return 0;
  }
  await manager.start();
  await requireRunning(machine, manager);
  machine.report("Started. Whether it works: npm run executor -- status");
  return 0;
}

/** `stop`: until `start`, also after a restart of the machine. @throws ServiceError */
export async function stop({ machine, manager, say }: ServiceCommand): Promise<number> {
  if ((await readInstallation(manager)) === null) throw notInstalled();
  if (!(await manager.state()).isLoaded) {
    say("Stopped already. To start it: npm run executor -- start");
    return 0;
  }
  machine.report("Stopping: what runs may take up to a minute");
  await manager.stop();
  machine.report("Stopped, also after a restart of this machine, until: npm run executor -- start");
  return 0;
}

/** `uninstall`: takes away what `install` has put into the system, and nothing else. @throws ServiceError */
export async function uninstall({ machine, manager, say }: ServiceCommand): Promise<number> {
  const installed = await readInstallation(manager);
  if (installed === null && !(await manager.state()).isLoaded) {
    say("Nothing is installed");
    return 0;
  }
  await manager.uninstall();
  machine.report(`Uninstalled: ${manager.file} is gone`);
  if (installed?.program) {
    const { settingsFile, errorFile } = installed.program;
    const folder = dirname(dirname(errorFile));
    say(
      `What stays: the agents and their files; ${folder} with its id, credential and logs; its settings in ${settingsFile}`,
    );
    say("To make its credential worthless: npm run access -- revoke <executor>");
  }
  return 0;
}

function notInstalled(): ServiceError {
  return new ServiceError("It is not installed: npm run executor -- install");
}

async function requireRunning(machine: Machine, manager: ServiceManager): Promise<void> {
  const isRunning = async () => (await manager.state()).pid !== null;
  if (await machine.wait("it runs", isRunning, RUNS_WITHIN_MS)) return;
  throw new ServiceError("It was started, and does not run. What it said: npm run executor -- status");
}
