import { build, parse } from "plist";
import { z } from "zod";
import { OPEN_FILES } from "./open-files.ts";
import type { Program } from "./program.ts";
import { PATH } from "./service-path.ts";

const shape = z.object({
  ProgramArguments: z.tuple([z.string(), z.string()]).rest(z.string()),
  WorkingDirectory: z.string(),
  StandardErrorPath: z.string(),
  EnvironmentVariables: z.object({ HATCHERY_ENV_FILE: z.string(), HATCHERY_BUILD: z.string() }),
});

/** The LaunchAgent. No secret stands in it: those are in the settings file. */
export function writePlist(label: string, program: Program): string {
  return `${build({
    Label: label,
    ProgramArguments: [program.node, program.main, "run"],
    WorkingDirectory: program.workingDirectory,
    EnvironmentVariables: {
      PATH,
      HATCHERY_ENV_FILE: program.settingsFile,
      HATCHERY_ERROR_FILE: program.errorFile,
      HATCHERY_BUILD: program.build,
    },
    RunAtLoad: true,
    KeepAlive: true,
    ThrottleInterval: 10,
    // From SIGTERM to SIGKILL, which must never hit a command of OpenClaw.
    ExitTimeOut: 90,
    Umask: 0o077,
    // Each watched file costs a descriptor, of which launchd gives 256.
    SoftResourceLimits: { NumberOfFiles: OPEN_FILES },
    HardResourceLimits: { NumberOfFiles: OPEN_FILES },
    // Anything less is throttled, and with it each `openclaw`.
    ProcessType: "Interactive",
    StandardOutPath: program.errorFile,
    StandardErrorPath: program.errorFile,
  })}\n`;
}

/** @throws when it is not one of ours */
export function readPlist(text: string): Program {
  const { ProgramArguments, WorkingDirectory, StandardErrorPath, EnvironmentVariables } = shape.parse(parse(text));
  const [node, main] = ProgramArguments;
  return {
    ...{ node, main, workingDirectory: WorkingDirectory, errorFile: StandardErrorPath },
    settingsFile: EnvironmentVariables.HATCHERY_ENV_FILE,
    build: EnvironmentVariables.HATCHERY_BUILD,
  };
}
