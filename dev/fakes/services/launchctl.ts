import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "plist";
import { z } from "zod";
import { endJob, isLoaded, readJob, readJobState, startJob } from "./jobs.ts";
import type { FakeServicesMode } from "./mode.ts";
import { Refusal } from "./refusal.ts";

const plist = z.object({
  Label: z.string(),
  ProgramArguments: z.array(z.string()),
  WorkingDirectory: z.string(),
  EnvironmentVariables: z.record(z.string(), z.string()),
  StandardErrorPath: z.string(),
  Umask: z.number(),
});

/** The commands of launchctl that a LaunchAgent needs, with the words and codes of the real one; for one service. */
export function launchctl(args: string[], memory: string, mode: FakeServicesMode): string {
  const [verb, target = "", file = ""] = args;
  const disabled = join(memory, "disabled");
  const isDomain = /^gui\/\d+$/.test(target);
  if (mode.withoutSession) {
    throw verb === "print"
      ? new Refusal(113, `Bad request.\nCould not find domain for ${target}`)
      : new Refusal(5, `${verb} failed: 5: Input/output error`);
  }
  switch (verb) {
    case "print":
      if (isDomain) return `${target} = {\n\ttype = login\n}\n`;
      if (!isLoaded(memory)) throw new Refusal(113, `Bad request.\nCould not find service "${target}" in domain`);
      return print(target, memory);
    case "enable":
      rmSync(disabled, { force: true });
      return "";
    case "disable":
      writeFileSync(disabled, "");
      return "";
    case "bootstrap":
      if (existsSync(disabled) || isLoaded(memory)) throw new Refusal(5, "Bootstrap failed: 5: Input/output error");
      load(file, memory);
      return "";
    case "bootout":
      if (!isLoaded(memory)) throw new Refusal(3, "Boot-out failed: 3: No such process");
      endJob(memory);
      throw new Refusal(36, "Boot-out failed: 36: Operation now in progress");
    case "kickstart":
      if (!isLoaded(memory)) throw new Refusal(113, `Could not find service "${target}" in domain`);
      return "";
    default:
      throw new Refusal(64, `Unrecognized subcommand: ${verb}`);
  }
}

function load(file: string, memory: string): void {
  const definition = plist.parse(parse(readFileSync(file, "utf8")));
  startJob(memory, {
    command: definition.ProgramArguments,
    cwd: definition.WorkingDirectory,
    env: { HOME: process.env["HOME"] ?? "/", ...definition.EnvironmentVariables },
    errorFile: definition.StandardErrorPath,
    umask: definition.Umask,
  });
}

function print(target: string, memory: string): string {
  const { pid, runs, lastExit, lastSignal } = readJobState(memory);
  const lines = [
    `state = ${pid === null ? "spawn scheduled" : "running"}`,
    "",
    `program = ${readJob(memory).command[0]}`,
    `runs = ${runs}`,
    ...(pid === null ? [] : [`pid = ${pid}`]),
    ...(lastSignal === null
      ? [`last exit code = ${lastExit ?? "(never exited)"}`]
      : [`last terminating signal = ${lastSignal}`]),
  ];
  return `${target} = {\n${lines.map((line) => `\t${line}\n`).join("")}}\n`;
}
