import { chmod, copyFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createConfigCopies } from "../../../executor/config-copies.ts";
import { startGateway } from "../../fakes/openclaw/gateway.ts";
import { type FakeMode, readFakeMode, setFakeMode } from "../../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../../fakes/openclaw/sandbox.ts";
import type { ClinicMachine } from "./clinic.ts";
import type { ClinicFault } from "./fault.ts";
import { firstCommand, inShell } from "./in-shell.ts";

const PROGRAM = fileURLToPath(new URL("../../fakes/openclaw/main.ts", import.meta.url));

const configFile = ({ home }: Pick<ClinicMachine, "home">) => join(home, ".openclaw", "openclaw.json");

const misbehave = ({ home }: ClinicMachine, mode: Partial<FakeMode>) =>
  setFakeMode(home, { ...readFakeMode(home), ...mode });

/** Another one in its place. */
const installVersion =
  (named: RegExp) =>
  (machine: ClinicMachine, hint: string): void =>
    misbehave(machine, { version: named.exec(hint)?.[1] ?? "" });

/** OpenClaw's script under this Node. */
async function installUnder(machine: ClinicMachine, node: string): Promise<void> {
  const script = join(machine.bin, "openclaw");
  await writeFile(script, `#!${node}\nimport(${JSON.stringify(PROGRAM)});\n`, { mode: 0o755 });
  machine.settings["OPENCLAW_BIN"] = script;
}

export const OPENCLAW_FAULTS: ClinicFault[] = [
  {
    name: "OpenClaw run by another Node",
    found: { check: "openclaw node", level: "warn", says: "OpenClaw is run by another Node" },
    async plant(machine) {
      const node = join(machine.bin, "node");
      await writeFile(node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`, { mode: 0o755 });
      await installUnder(machine, node);
    },
    follow: (machine, hint) => installUnder(machine, hint.split("install OpenClaw with this one: ")[1] ?? ""),
  },
  {
    name: "no OpenClaw",
    found: { check: "openclaw", level: "fail", says: "There is no executable at /nowhere/openclaw" },
    plant: ({ settings }) => {
      settings["OPENCLAW_BIN"] = "/nowhere/openclaw";
    },
    // "… or set OPENCLAW_BIN to its executable"
    follow: ({ settings }) => {
      settings["OPENCLAW_BIN"] = FAKE_OPENCLAW;
    },
  },
  {
    name: "an OpenClaw that is too old",
    found: { check: "openclaw", level: "fail", says: "OpenClaw 2026.7.9 is too old" },
    plant: (machine) => misbehave(machine, { version: "2026.7.9" }),
    follow: installVersion(/ to (\S+) or newer/),
  },
  {
    name: "an OpenClaw that nobody has tested",
    found: { check: "openclaw", level: "warn", says: "OpenClaw 2027.1.0 is newer" },
    plant: (machine) => misbehave(machine, { version: "2027.1.0" }),
    follow: installVersion(/go back to OpenClaw (\S+);/),
  },
  {
    name: "an OpenClaw that was never set up",
    found: { check: "openclaw config", level: "warn", says: "OpenClaw was never set up here" },
    plant: (machine) => rm(configFile(machine)),
    follow: firstCommand,
  },
  {
    name: "a config that OpenClaw cannot read",
    found: { check: "openclaw config", level: "fail", says: "config is invalid" },
    async plant(machine) {
      const config = configFile(machine);
      await createConfigCopies({ config, folder: join(machine.stateDir, "openclaw-config") }).take();
      await writeFile(config, "{ agents: ");
    },
    async follow(_, hint) {
      const [, config = "", copies = ""] = /^Mend (\S+); .* is in (\S+)$/.exec(hint) ?? [];
      const [newest = ""] = (await readdir(copies)).sort().reverse();
      await copyFile(join(copies, newest), config);
    },
    hides: { checks: ["models"], because: "OpenClaw lists no agents whose models one could ask for" },
  },
  {
    name: "a gateway that does not run",
    found: { check: "gateway", level: "warn", says: "gateway does not answer" },
    plant: ({ gateway }) => gateway[Symbol.asyncDispose](),
    async follow(machine, hint) {
      if (!hint.startsWith("openclaw gateway start, ")) throw new Error(`Nothing starts a gateway: ${hint}`);
      machine.gateway = await startGateway(FAKE_OPENCLAW, machine.home);
    },
  },
  {
    name: "models without credentials",
    found: { check: "models", level: "warn", says: "no credentials of openai" },
    plant: (machine) => misbehave(machine, { missingProviders: { main: ["openai"] } }),
    follow: inShell,
  },
  {
    name: "a config that others may read",
    found: { check: "permissions", level: "warn", says: "openclaw.json (mode 640)" },
    plant: (machine) => chmod(configFile(machine), 0o640),
    follow: inShell,
  },
];
