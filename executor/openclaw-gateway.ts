import { readFile, realpath } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { parseJsonOutput } from "./json-output.ts";
import { type CommandOutput, changeAnswer, readAnswer } from "./openclaw-answers.ts";

/** Longer than a busy gateway takes: a write that is given up here may be carried out there all the same. */
const ANSWER_WITHIN_MS = 30_000;
/** The CLI takes longer by more than that. */
const LIVE_WITHIN_MS = 3_000;

/** What a running gateway keeps in its state folder (2026.9.6); an older one keeps it elsewhere, and is not found. */
const gatewayLock = z.object({
  pid: z.number().int().positive(),
  port: z.number().int().min(1).max(65_535),
  configPath: z.string(),
});

const liveAnswer = z.object({ ok: z.literal(true) });

/** Failures of which it is certain that nothing was written. */
const refusal = z.object({
  ok: z.literal(false),
  error: z.object({ type: z.enum(["gateway_request_error", "gateway_credentials_required"]) }),
});

/** One call of a gateway's method. */
export interface GatewayCall {
  method: "agents.create" | "agents.update" | "agents.delete";
  params: Readonly<Record<string, string | boolean>>;
}

/** A gateway that runs. */
export interface Gateway {
  port: number;
  pid: number;
}

/**
 * The gateway that runs for this home and answers, or null. Looks at files and asks once, because starting a CLI
 * to find out costs more than the gateway saves.
 */
export async function findGateway(home: string): Promise<Gateway | null> {
  try {
    const folder = join(home, ".openclaw");
    const file = join(folder, "tmp", `openclaw-${userInfo().uid}`, "gateway.state.lock");
    const lock = gatewayLock.parse(JSON.parse(await readFile(file, "utf8")));
    // A gateway that works on another config would make the agent elsewhere; so would one that has a dead one's port.
    if ((await realpath(lock.configPath)) !== (await realpath(join(folder, "openclaw.json")))) return null;
    process.kill(lock.pid, 0);
    const answer = await fetch(`http://127.0.0.1:${lock.port}/healthz`, {
      signal: AbortSignal.timeout(LIVE_WITHIN_MS),
    });
    liveAnswer.parse(await answer.json());
    return { port: lock.port, pid: lock.pid };
  } catch {
    // No gateway, one that has died, or one that does not answer: the CLI does without it.
    return null;
  }
}

/** The CLI's arguments. It finds the gateway's token in OpenClaw's config by itself. */
export function gatewayArguments({ port }: Gateway, { method, params }: GatewayCall, stepTimeoutMs: number): string[] {
  const timeoutMs = Math.min(ANSWER_WITHIN_MS, stepTimeoutMs);
  const about = [`--port=${port}`, `--timeout=${timeoutMs}`, `--params=${JSON.stringify(params)}`];
  return ["gateway", "call", method, ...about, "--json"];
}

/**
 * Whom a gateway has answered for, once it has done what it was asked; `refused` when it has written nothing, `unknown`
 * when nobody can tell.
 */
export function readGatewayAnswer(verb: string, output: CommandOutput): { agentId: string } | "refused" | "unknown" {
  try {
    return readAnswer(verb, output, changeAnswer);
  } catch {
    return hasRefused(output) ? "refused" : "unknown";
  }
}

function hasRefused({ stdout }: CommandOutput): boolean {
  try {
    parseJsonOutput(stdout, refusal);
    return true;
  } catch {
    // A connection that was cut, or no words at all.
    return false;
  }
}
