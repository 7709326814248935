import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClinicMachine } from "./clinic.ts";
import type { ClinicFault } from "./fault.ts";
import { inShell } from "./in-shell.ts";

const MIB = 1024 * 1024;

const leaveFree =
  (bytes: number) =>
  ({ edges }: ClinicMachine) => {
    edges.freeBytes = async () => bytes;
  };

const permissions = (name: string, mode: number, path: (machine: ClinicMachine) => string): ClinicFault => ({
  name,
  found: { check: "permissions", level: "warn", says: `(mode ${mode.toString(8)})` },
  plant: (machine) => chmod(path(machine), mode),
  follow: inShell,
});

export const FOLDER_FAULTS: ClinicFault[] = [
  {
    name: "a workspace root that is a file",
    found: { check: "workspaces", level: "fail", says: "is no folder" },
    async plant({ home, settings }) {
      settings["WORKSPACE_ROOT"] = join(home, "workspaces");
      await writeFile(settings["WORKSPACE_ROOT"], "");
    },
    // "… or let WORKSPACE_ROOT name another"
    follow: ({ settings, home }, hint) => {
      settings[/let (\w+) name another/.exec(hint)?.[1] ?? ""] = join(home, "elsewhere");
    },
  },
  {
    name: "a disk with little room",
    found: { check: "disk", level: "warn", says: "500 MiB are free" },
    plant: leaveFree(500 * MIB),
    follow: leaveFree(2_000 * MIB),
  },
  {
    name: "a disk with no room",
    found: { check: "disk", level: "fail", says: "50 MiB are free" },
    plant: leaveFree(50 * MIB),
    follow: leaveFree(2_000 * MIB),
  },
  permissions("a state folder that others may read", 0o755, ({ stateDir }) => stateDir),
  permissions("a log that others may read", 0o644, ({ stateDir }) => join(stateDir, "logs", "executor.log")),
  permissions("an OpenClaw that others may read", 0o750, ({ home }) => join(home, ".openclaw")),
];
