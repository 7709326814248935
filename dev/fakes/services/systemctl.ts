import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { endJob, isLoaded, readJobState, startJob } from "./jobs.ts";
import type { FakeServicesMode } from "./mode.ts";
import { Refusal } from "./refusal.ts";

const UNIT_FOLDER = ".config/systemd/user";

/** The commands of `systemctl --user` that a service needs, with the words and codes of the real one; for one service. */
export async function systemctl(args: string[], memory: string, mode: FakeServicesMode): Promise<string> {
  const [, verb, ...words] = args;
  const unit = words.find((word) => word.endsWith(".service")) ?? "";
  const enabled = join(memory, "enabled");
  const file = join(process.env["HOME"] ?? "/", UNIT_FOLDER, unit);
  const isNow = words.includes("--now");
  switch (verb) {
    case "daemon-reload":
      return "";
    case "show":
      return show(memory, mode);
    case "enable":
    case "restart":
      if (mode.isMasked) throw new Refusal(1, `Failed to ${verb} unit: Unit ${unit} is masked.`);
      if (!existsSync(file)) throw new Refusal(1, `Failed to ${verb} unit: Unit file ${unit} does not exist.`);
      if (verb === "enable") writeFileSync(enabled, "");
      else await end(memory);
      if ((verb === "restart" || isNow) && !isLoaded(memory)) load(file, memory);
      return "";
    case "disable":
      if (!existsSync(file)) throw new Refusal(1, `Failed to disable unit: Unit file ${unit} does not exist.`);
      rmSync(enabled, { force: true });
      if (isNow) await end(memory);
      return "";
    default:
      throw new Refusal(1, `Unknown command verb ${verb}.`);
  }
}

async function end(memory: string): Promise<void> {
  endJob(memory);
  while (isLoaded(memory)) await pause(50);
}

function load(file: string, memory: string): void {
  const lines = readFileSync(file, "utf8").split("\n");
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const words = (text = "") => [...text.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word);
  const [cwd = "/"] = values("WorkingDirectory");
  startJob(memory, {
    command: words(values("ExecStart")[0]),
    cwd,
    env: {
      HOME: process.env["HOME"] ?? "/",
      ...Object.fromEntries(values("Environment").map((value) => words(value)[0]?.split("=") ?? [])),
    },
    errorFile: values("StandardError")[0]?.replace("append:", "") ?? "/dev/null",
    umask: Number.parseInt(values("UMask")[0] ?? "0", 8),
  });
}

function show(memory: string, { isMasked }: FakeServicesMode): string {
  const { pid, lastExit, lastSignal } = readJobState(memory);
  const signals: Record<string, number> = constants.signals;
  const [code, status] = lastSignal === null ? [lastExit === null ? 0 : 1, lastExit ?? 0] : [2, signals[lastSignal]];
  return [
    `LoadState=${isMasked ? "masked" : "loaded"}`,
    `ActiveState=${isLoaded(memory) ? (pid === null ? "activating" : "active") : "inactive"}`,
    `MainPID=${pid ?? 0}`,
    `ExecMainCode=${pid === null ? code : 0}`,
    `ExecMainStatus=${pid === null ? status : 0}`,
    "",
  ].join("\n");
}
