import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { thisProgram } from "../../../executor/service/program.ts";
import { type ClinicMachine, managerOf } from "./clinic.ts";
import { type ClinicFault, inShell } from "./fault.ts";

/** As installing writes it, but for the Node. */
async function installService(machine: ClinicMachine, node?: string): Promise<void> {
  const { file, define } = managerOf(machine);
  const [settingsFile, errorFile] = [
    join(machine.stateDir, "service.env"),
    join(machine.stateDir, "logs", "errors.log"),
  ];
  const program = await thisProgram({ settingsFile, errorFile });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, define({ ...program, ...(node !== undefined && { node }) }));
}

export const NODE_FAULTS: ClinicFault[] = [
  {
    name: "a service under a Node that is gone",
    found: { check: "service", level: "warn" },
    plant: (machine) => installService(machine, "/opt/homebrew/Cellar/node@24/24.16.0/bin/node"),
    follow: (machine) => installService(machine),
  },
  {
    name: "a Node that is too old",
    found: { check: "node", level: "fail" },
    plant: ({ edges }) => {
      edges.node = { version: "22.18.0", path: process.execPath, calledAs: "node" };
    },
  },
  {
    name: "a Node that OpenClaw does not run with",
    found: { check: "node", level: "fail" },
    plant: ({ edges }) => {
      edges.node = { version: "25.2.0", path: process.execPath, calledAs: "node" };
    },
  },
  {
    name: "a Node of nvm",
    found: { check: "node", level: "warn" },
    plant: ({ edges }) => {
      const path = "/Users/me/.nvm/versions/node/v24.21.0/bin/node";
      edges.node = { version: "24.21.0", path, calledAs: "node" };
    },
  },
  {
    name: "a Node of one version of Homebrew's",
    found: { check: "node", level: "warn" },
    plant: ({ edges }) => {
      const path = "/opt/homebrew/Cellar/node@24/24.21.0/bin/node";
      edges.node = { version: "24.21.0", path, calledAs: path };
    },
    follow: ({ edges }, hint) => {
      const calledAs = hint.replace("Start the executor with ", "");
      if (edges.node) edges.node = { ...edges.node, calledAs };
    },
  },
  {
    name: "a Mac that sleeps",
    found: { check: "sleep", level: "warn" },
    plant: ({ edges }) => {
      edges.platform = "darwin";
    },
    follow: inShell,
  },
];
