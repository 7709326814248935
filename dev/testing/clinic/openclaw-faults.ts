import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startGateway } from "../../fakes/openclaw/gateway.ts";
import { setFakeMode } from "../../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../../fakes/openclaw/sandbox.ts";
import type { ClinicMachine } from "./clinic.ts";
import { type ClinicFault, inShell } from "./fault.ts";

const configFile = ({ home }: ClinicMachine) => join(home, ".openclaw", "openclaw.json");

export const OPENCLAW_FAULTS: ClinicFault[] = [
  {
    name: "OpenClaw run by another Node",
    found: { check: "openclaw node", level: "warn" },
    async plant(machine) {
      const node = join(machine.bin, "node");
      await writeFile(node, `#!/bin/sh\nshift\nexec ${FAKE_OPENCLAW} "$@"\n`, { mode: 0o755 });
      const script = join(machine.bin, "openclaw");
      await writeFile(script, `#!${node}\n`, { mode: 0o755 });
      machine.settings["OPENCLAW_BIN"] = script;
    },
  },
  {
    name: "no OpenClaw",
    found: { check: "openclaw", level: "fail" },
    plant: ({ settings }) => {
      settings["OPENCLAW_BIN"] = "/nowhere/openclaw";
    },
    follow: ({ settings }) => {
      settings["OPENCLAW_BIN"] = FAKE_OPENCLAW;
    },
  },
  {
    name: "an OpenClaw that is too old",
    found: { check: "openclaw", level: "fail" },
    plant: ({ home }) => setFakeMode(home, { version: "2026.7.9" }),
    follow: ({ home }, hint) => setFakeMode(home, { version: /to (\S+)/.exec(hint)?.[1] ?? "" }),
  },
  {
    name: "an OpenClaw that nobody has tested",
    found: { check: "openclaw", level: "warn" },
    plant: ({ home }) => setFakeMode(home, { version: "2027.1.0" }),
  },
  {
    name: "an OpenClaw that was never set up",
    found: { check: "openclaw config", level: "warn" },
    plant: (machine) => rm(configFile(machine)),
  },
  {
    name: "a config that OpenClaw cannot read",
    found: { check: "openclaw config", level: "fail" },
    plant: (machine) => writeFile(configFile(machine), "{ agents: "),
  },
  {
    name: "a gateway that does not run",
    found: { check: "gateway", level: "warn" },
    plant: ({ gateway }) => gateway[Symbol.asyncDispose](),
    async follow(machine) {
      // It brings its own config.
      await rm(configFile(machine));
      machine.gateway = await startGateway(FAKE_OPENCLAW, machine.home);
    },
  },
  {
    name: "models without credentials",
    found: { check: "models", level: "warn" },
    plant: ({ home }) => setFakeMode(home, { missingProviders: { main: ["openai"] } }),
  },
  {
    name: "a config that others may read",
    found: { check: "permissions", level: "warn" },
    plant: (machine) => chmod(configFile(machine), 0o640),
    follow: inShell,
  },
];
