import { z } from "zod";
import { OPEN_FILES } from "./open-files.ts";
import type { Program } from "./program.ts";
import { PATH } from "./service-path.ts";

const shape = z.object({
  ExecStart: z.tuple([z.string(), z.string()]).rest(z.string()),
  WorkingDirectory: z.string(),
  StandardError: z.string().startsWith("append:"),
  HATCHERY_ENV_FILE: z.string(),
  HATCHERY_BUILD: z.string(),
});

/** The systemd user unit. No secret stands in it: those are in the settings file. */
export function writeUnit(program: Program): string {
  const environment = {
    PATH,
    HATCHERY_ENV_FILE: program.settingsFile,
    HATCHERY_ERROR_FILE: program.errorFile,
    HATCHERY_BUILD: program.build,
  };
  return `[Unit]
Description=Hatchery executor
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${[program.node, program.main, "run"].map((word) => quote(word.replaceAll("$", "$$$$"))).join(" ")}
WorkingDirectory=${percent(program.workingDirectory)}
${Object.entries(environment)
  .map(([name, value]) => `Environment=${quote(`${name}=${value}`)}\n`)
  .join("")}Restart=always
RestartSec=10
# It ends what it has started by itself; SIGKILL must never hit a command of OpenClaw.
KillMode=mixed
TimeoutStopSec=90
UMask=0077
LimitNOFILE=${OPEN_FILES}
StandardError=append:${percent(program.errorFile)}

[Install]
WantedBy=default.target
`;
}

/** @throws when it is not one of ours */
export function readUnit(text: string): Program {
  const lines = text.split("\n").map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []);
  const variables = lines
    .filter(([key]) => key === "Environment")
    .map(([, value = ""]) => /^(\w+)=(.*)$/.exec(unquote(value)[0] ?? "")?.slice(1) ?? []);
  const { ExecStart = "", ...others } = Object.fromEntries(lines);
  const found = { ...others, ...Object.fromEntries(variables), ExecStart: unquote(ExecStart) };
  const { ExecStart: words, WorkingDirectory, StandardError, ...set } = shape.parse(found);
  const [node, main] = words;
  return {
    ...{ node: node.replaceAll("$$", "$"), main: main.replaceAll("$$", "$") },
    workingDirectory: unpercent(WorkingDirectory),
    errorFile: unpercent(StandardError.slice("append:".length)),
    settingsFile: set.HATCHERY_ENV_FILE,
    build: set.HATCHERY_BUILD,
  };
}

const percent = (text: string) => text.replaceAll("%", "%%");
const unpercent = (text: string) => text.replaceAll("%%", "%");
const quote = (word: string) => `"${percent(word).replace(/[\\"]/g, "\\$&")}"`;

/** The words of a line that `quote` has made. */
function unquote(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""]) => unpercent(word.replace(/\\(.)/g, "$1")));
}
