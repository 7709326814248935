import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { thisProgram } from "../../../executor/service/program.ts";
import { type ClinicMachine, managerOf } from "./clinic.ts";
import type { ClinicFault } from "./fault.ts";
import { inShell, lastCommand } from "./in-shell.ts";
import { patiently } from "./patiently.ts";

const nodeAsItSays = z.object({ version: z.string(), path: z.string(), calledAs: z.string() });
const SAY = "JSON.stringify({version:process.versions.node,path:process.execPath,calledAs:process.argv0})";

/** As installing writes it, but for the Node. */
async function installService(machine: ClinicMachine, node: string): Promise<void> {
  const { file, define } = managerOf(machine);
  const [settingsFile, errorFile] = [
    join(machine.stateDir, "hatchery.env"),
    join(machine.stateDir, "logs", "executor.err"),
  ];
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, define({ ...(await thisProgram({ settingsFile, errorFile })), node }));
}

/** Resolves when the service that was installed has become an executor that the database knows. */
export const serviceWorks = ({ world, executorId }: ClinicMachine) =>
  patiently(async () => {
    const known = await world.database.query(
      "select from public.executors where id = $1 and last_seen_at > now() - interval '1 minute'",
      [executorId],
    );
    if (known.length === 0) throw new Error("The executor was not heard of");
  });

/** Whatever was installed runs on by itself. */
export const uninstallService = async (machine: ClinicMachine) => {
  await inShell(machine, "npm run executor -- uninstall");
};

/** Then the executor is started by the Node that comes first on the PATH. */
async function installNode(machine: ClinicMachine, hint: string): Promise<void> {
  await lastCommand(machine, hint);
  const first = (await inShell(machine, "command -v node")).trim();
  if (first !== join(machine.bin, "node")) throw new Error(`First on the PATH is ${first}`);
  machine.edges.node = nodeAsItSays.parse(JSON.parse(await inShell(machine, `node -p '${SAY}'`)));
}

export const NODE_FAULTS: ClinicFault[] = [
  {
    name: "a service under a Node that is gone",
    found: { check: "service", level: "warn", says: "Its Node is gone" },
    plant: (machine) => installService(machine, "/opt/homebrew/Cellar/node@24/24.16.0/bin/node"),
    async follow(machine, hint) {
      await inShell(machine, hint);
      await serviceWorks(machine);
    },
    undo: uninstallService,
  },
  {
    name: "a Node that is too old",
    found: { check: "node", level: "fail", says: "Node 22.18.0 is none" },
    plant: ({ edges }) => {
      edges.node = { version: "22.18.0", path: process.execPath, calledAs: "node" };
    },
    follow: installNode,
  },
  {
    name: "a Node that OpenClaw does not run with",
    found: { check: "node", level: "fail", says: "Node 25.2.0 is none" },
    plant: ({ edges }) => {
      edges.node = { version: "25.2.0", path: process.execPath, calledAs: "node" };
    },
    follow: installNode,
  },
  {
    name: "a Node of nvm",
    found: { check: "node", level: "warn", says: "belongs to nvm" },
    plant: ({ edges }) => {
      const path = "/Users/me/.nvm/versions/node/v24.21.0/bin/node";
      edges.node = { version: "24.21.0", path, calledAs: "node" };
    },
    follow: installNode,
  },
  {
    name: "a Node of one version of Homebrew's",
    found: { check: "node", level: "warn", says: "This Node is gone after an upgrade" },
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
    found: { check: "sleep", level: "warn", says: "This Mac sleeps after 1 minutes" },
    plant: ({ edges }) => {
      edges.platform = "darwin";
    },
    follow: inShell,
  },
];
