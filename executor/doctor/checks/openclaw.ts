import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ExecutorError } from "../../errors.ts";
import { findGateway } from "../../openclaw-gateway.ts";
import { requireSupportedVersion, testedBefore } from "../../openclaw-version.ts";
import { isSystemError } from "../../system-error.ts";
import type { Check, Patient } from "../check.ts";
import { fail, inShell, ok, type Verdict, warn } from "../finding.ts";

/** As long as the CLI may take here, and some more. */
const OPENCLAW_WITHIN_MS = 150_000;

/** Whether OpenClaw is there, and new enough. */
export const openclawCheck: Check = {
  name: "openclaw",
  withinMs: OPENCLAW_WITHIN_MS,
  async look({ openclaw }) {
    try {
      const version = await openclaw.version();
      requireSupportedVersion(version);
      const tested = testedBefore(version);
      if (tested === null) return [ok(`OpenClaw ${version}, ${await openclaw.find()}`)];
      const message = `OpenClaw ${version} is newer than ${tested}, with which Hatchery is tested`;
      const hint = `Update Hatchery, or go back to OpenClaw ${tested}; until then make an agent and look at it before you make many`;
      return [warn(message, hint)];
    } catch (error) {
      return [toVerdict(error)];
    }
  },
};

/** Whether OpenClaw was set up, and can read what it holds. */
export const openclawConfigCheck: Check = {
  name: "openclaw config",
  withinMs: OPENCLAW_WITHIN_MS,
  async look({ config, openclaw }) {
    const file = configFile(config);
    if (!(await isThere(file)))
      return [
        warn(`OpenClaw was never set up here: there is no ${file}`, "openclaw onboard, as the user of the executor"),
      ];
    // One that is missing or too old has its own finding.
    if (!(await isUsable(openclaw))) return [];
    try {
      const { length } = await openclaw.agents();
      return [ok(`OpenClaw lists ${length === 1 ? "one agent" : `${length} agents`}`)];
    } catch (error) {
      const isInvalid = error instanceof ExecutorError && /\bconfig is invalid\b/i.test(error.message);
      return [isInvalid ? fail(error.message, await howToMend(config)) : toVerdict(error)];
    }
  },
};

/** No `openclaw doctor --fix` repairs a file that it cannot parse. */
async function howToMend(config: Patient["config"]): Promise<string> {
  const mend = `Mend ${inShell(configFile(config))}; openclaw config validate says where`;
  const copies = join(config.stateDir, "openclaw-config");
  return (await isThere(copies)) ? `${mend}. How it was before each write of Hatchery is in ${inShell(copies)}` : mend;
}

/** Whether the fast road is open. */
export const gatewayCheck: Check = {
  name: "gateway",
  async look({ config }) {
    if (!(await isThere(configFile(config)))) return [];
    const port = await findGateway(config.openclawHome);
    if (port !== null) return [ok(`OpenClaw's gateway answers at port ${port}`)];
    return [
      warn(
        "OpenClaw's gateway does not answer: agents are made all the same, about five times slower",
        "openclaw gateway start, or, where it is not installed yet, openclaw gateway install",
      ),
    ];
  },
};

/** Of more agents the rest is not asked: each takes seconds. */
const MOST_AGENTS = 20;

/** Whether OpenClaw finds credentials for the models of its agents. They themselves are never read. */
export const modelsCheck: Check = {
  name: "models",
  withinMs: 2 * OPENCLAW_WITHIN_MS,
  async look({ config, openclaw }, signal) {
    if (!(await isThere(configFile(config))) || !(await isUsable(openclaw))) return [];
    const agents = await openclaw.agents().catch(() => []);
    const lacking = new Map<string, string[]>();
    for (const { id } of agents.slice(0, MOST_AGENTS))
      for (const provider of await openclaw.missingProviders(id, signal))
        lacking.set(provider, [...(lacking.get(provider) ?? []), id]);
    if (lacking.size === 0) return agents.length === 0 ? [] : [ok("OpenClaw has credentials for its agents' models")];
    return [...lacking].map(([provider, [first = "", ...others]]) =>
      warn(
        `OpenClaw finds no credentials of ${provider}, which is asked for ${[first, ...others].join(", ")}: they cannot answer`,
        `openclaw models auth login --provider ${provider} --agent ${first}`,
      ),
    );
  },
};

const configFile = ({ openclawHome }: Patient["config"]) => join(openclawHome, ".openclaw", "openclaw.json");

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false;
    throw error;
  }
}

async function isUsable(openclaw: Patient["openclaw"]): Promise<boolean> {
  try {
    requireSupportedVersion(await openclaw.version());
    return true;
  } catch (error) {
    if (error instanceof ExecutorError) return false;
    throw error;
  }
}

function toVerdict(error: unknown): Verdict {
  if (!(error instanceof ExecutorError)) throw error;
  return fail(error.message, error.hint ?? "openclaw doctor, as the user of the executor");
}
