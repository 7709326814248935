import { z } from "zod";
import type { RuntimeAgent } from "#contract";
import type { Config } from "../config.ts";
import { listAnswer, readAnswer, readVersion } from "../openclaw-answers.ts";
import { createCli } from "../openclaw-cli.ts";

/** OpenClaw as the doctor asks it: nothing that writes. Each verb throws an ExecutorError. */
export interface OpenclawLook {
  /** Its executable. */
  find(): Promise<string>;
  version(): Promise<string>;
  agents(): Promise<RuntimeAgent[]>;
  /** Providers of the agent's models for which OpenClaw finds no credentials. */
  missingProviders(agentId: string, signal: AbortSignal): Promise<string[]>;
  /** Resolves when no command that it has started runs any more. */
  ended(): Promise<unknown>;
}

const ANSWER_WITHIN_MS = 120_000;
const GRACE_MS = 10_000;

const modelsStatus = z.object({ auth: z.object({ missingProvidersInUse: z.array(z.string()) }) });
const silent = { debug: () => undefined, warn: () => undefined };

type OpenclawSettings = Pick<Config, "openclawBin" | "openclawHome" | "environment" | "stepTimeoutMs">;

export function createOpenclawLook(config: OpenclawSettings, signal: AbortSignal | undefined): OpenclawLook {
  const cli = createCli({
    ...{ bin: config.openclawBin, home: config.openclawHome, env: config.environment },
    ...{ stepTimeoutMs: Math.min(config.stepTimeoutMs, ANSWER_WITHIN_MS), graceMs: GRACE_MS },
    // Of what only reads nothing is left behind.
    onKilled: async () => undefined,
    log: silent,
  });
  const running = new Set<Promise<unknown>>();
  function execute(verb: string, args: string[], over: AbortSignal | undefined) {
    const command = cli.execute(verb, args, over);
    running.add(command);
    return command;
  }
  const version = once(async () => readVersion(await execute("--version", ["--version"], signal)));
  const agents = once(async () => {
    await version();
    return readAnswer("agents list", await execute("agents list", ["agents", "list", "--json"], signal), listAnswer);
  });
  return {
    find: cli.find,
    version,
    agents,
    async missingProviders(agentId, over) {
      const verb = "models status";
      const output = await execute(verb, ["models", "status", `--agent=${agentId}`, "--json"], over);
      return readAnswer(verb, output, modelsStatus).auth.missingProvidersInUse;
    },
    ended: () => Promise.allSettled(running),
  };
}

/** The same answer for all who ask. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
