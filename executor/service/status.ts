import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "#database";
import { type Config, ConfigError, readConfig, usualLogFile } from "../config.ts";
import { keepExecutorId } from "../executor-identity.ts";
import { endWords } from "./end-words.ts";
import type { ServiceCommand } from "./install.ts";
import { readInstallation } from "./installation.ts";
import { readIfThere } from "./machine.ts";
import type { Program } from "./program.ts";
import { ServiceError } from "./service-error.ts";
import type { ServiceState } from "./service-manager.ts";
import { PATH } from "./service-path.ts";
import { readStanding } from "./standing.ts";

interface Line {
  level: "ok" | "warn" | "fail";
  about: "service" | "process" | "settings" | "database" | "queue";
  message: string;
  hint?: string;
}

export interface StatusCommand extends ServiceCommand {
  connect: (config: Config) => SupabaseClient<Database>;
}

const COMMAND = "npm run executor --";
/** As long as the database counts a silent executor as alive. */
const ALIVE_SECONDS = 90;
const LAST_WORDS = 3;

/** `status`: whether it runs and is heard of, in one look. @returns 0 when it is, else 1 */
export async function status(command: StatusCommand): Promise<number> {
  const lines: Line[] = [];
  for await (const line of look(command)) lines.push(line);
  for (const { level, about, message, hint } of lines) {
    command.say(`${level.padEnd(4)}  ${about.padEnd(8)}  ${message}`);
    if (hint !== undefined) command.say(`${" ".repeat(16)}-> ${hint}`);
  }
  return lines.some(({ level }) => level === "fail") ? 1 : 0;
}

async function* look({ manager, connect }: StatusCommand): AsyncGenerator<Line> {
  const installed = await readInstallation(manager);
  if (installed === null) {
    yield { level: "fail", about: "service", message: "Not installed", hint: `${COMMAND} install` };
    const state = await stateOf(manager);
    if (!(state instanceof ServiceError) && state.isLoaded) {
      const message = "Runs all the same: its file was removed while it ran";
      yield { level: "fail", about: "process", message, hint: `${COMMAND} uninstall` };
    }
    return;
  }
  yield { level: "ok", about: "service", message: `Installed as ${installed.file}` };
  for (const message of installed.stale) yield { level: "warn", about: "service", message, hint: `${COMMAND} install` };
  yield await lookAtProcess(manager, installed.program);
  if (installed.program !== null) yield* lookAtDatabase(installed.program, connect);
}

async function lookAtProcess(manager: StatusCommand["manager"], program: Program | null): Promise<Line> {
  const about = "process";
  const state = await stateOf(manager);
  if (state instanceof ServiceError) return { level: "fail", about, message: state.message };
  const { isLoaded, pid, lastEnd } = state;
  if (pid !== null) {
    const before = lastEnd === null ? "" : `. The one before ended ${endWords(lastEnd)}`;
    return { level: "ok", about, message: `Runs as process ${pid}${before}` };
  }
  if (!isLoaded) return { level: "fail", about, message: "Stopped", hint: `${COMMAND} start` };
  const words = program === null ? "" : await lastWords(program.errorFile);
  const hint = words === "" ? `${COMMAND} logs` : `It said: ${words}`;
  return { level: "fail", about, message: `Does not stay up: it ended ${endWords(lastEnd)}, and is tried again`, hint };
}

/** What keeps it from being known is what status is to explain. */
async function stateOf(manager: StatusCommand["manager"]): Promise<ServiceState | ServiceError> {
  try {
    return await manager.state();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

async function* lookAtDatabase({ settingsFile }: Program, connect: StatusCommand["connect"]): AsyncGenerator<Line> {
  let config: Config;
  try {
    // As the service reads them, whatever is set here.
    config = readConfig({ PATH, HATCHERY_ENV_FILE: settingsFile });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield { level: "fail", about: "settings", message: error.message, hint: `They are in ${settingsFile}` };
    return;
  }
  yield {
    ...{
      level: "ok",
      about: "settings",
      message: `${settingsFile}; log: ${config.logFile ?? usualLogFile(config.stateDir)}`,
    },
  };
  yield* await lookAtStanding(config, connect);
}

async function lookAtStanding(config: Config, connect: StatusCommand["connect"]): Promise<Line[]> {
  const executorId = config.executorId ?? (await keepExecutorId(config.stateDir));
  try {
    const { silentSeconds, problem, queued, running } = await readStanding(connect(config), executorId);
    const isAlive = silentSeconds !== null && silentSeconds < ALIVE_SECONDS;
    const heard =
      silentSeconds === null ? `has never heard of ${executorId}` : `heard of ${executorId} ${silentSeconds} s ago`;
    const counts = `${queued} waiting, ${running} running`;
    return [
      {
        ...{ level: isAlive ? "ok" : "fail", about: "database", message: `The database ${heard}` },
        ...(!isAlive && { hint: `${COMMAND} doctor, and ${COMMAND} logs` }),
      },
      problem === null
        ? { level: "ok", about: "queue", message: counts }
        : {
            ...{ level: "warn", about: "queue", message: `${counts}; nothing is claimed: ${problem.message}` },
            ...(problem.hint !== undefined && { hint: problem.hint }),
          },
    ];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [
      {
        level: "fail",
        about: "database",
        message: `The database cannot be asked: ${message}`,
        hint: `${COMMAND} doctor`,
      },
    ];
  }
}

async function lastWords(file: string): Promise<string> {
  const text = (await readIfThere(file)) ?? "";
  return text.trimEnd().split("\n").slice(-LAST_WORDS).join(" ").trim();
}
