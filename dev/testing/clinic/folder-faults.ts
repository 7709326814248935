import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClinicMachine } from "./clinic.ts";
import { type ClinicFault, inShell } from "./fault.ts";

const MIB = 1024 * 1024;

const permissions = (name: string, mode: number, path: (machine: ClinicMachine) => string): ClinicFault => ({
  name,
  found: { check: "permissions", level: "warn" },
  plant: (machine) => chmod(path(machine), mode),
  follow: inShell,
});

export const FOLDER_FAULTS: ClinicFault[] = [
  {
    name: "a workspace root that is a file",
    found: { check: "workspaces", level: "fail" },
    async plant({ home, settings }) {
      settings["WORKSPACE_ROOT"] = join(home, "workspaces");
      await writeFile(settings["WORKSPACE_ROOT"], "");
    },
    follow: ({ settings, home }) => {
      settings["WORKSPACE_ROOT"] = join(home, "elsewhere");
    },
  },
  {
    name: "a disk with little room",
    found: { check: "disk", level: "warn" },
    plant: ({ edges }) => {
      edges.freeBytes = async () => 500 * MIB;
    },
  },
  {
    name: "a disk with no room",
    found: { check: "disk", level: "fail" },
    plant: ({ edges }) => {
      edges.freeBytes = async () => 50 * MIB;
    },
  },
  permissions("a state folder that others may read", 0o755, ({ stateDir }) => stateDir),
  permissions("a log that others may read", 0o644, ({ stateDir }) => join(stateDir, "logs", "executor.log")),
  permissions("an OpenClaw that others may read", 0o755, ({ home }) => join(home, ".openclaw")),
];
