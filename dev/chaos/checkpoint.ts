import { z } from "zod";

/** A moment that can be seen from outside the executor: a call of the database, or a point of a call of OpenClaw. */
export interface Checkpoint {
  /** `claim_provision_requests`, `agents add`, or of the gateway itself `gateway agents.create`. */
  call: string;
  /** Of the CLI; the proxy decides for itself whether it acts before it forwards a call or after. */
  when?: "before" | "after";
  /** What was sent with it; empty for the CLI. */
  body: string;
  /** The step that the executor has told it is in. */
  step?: string | undefined;
}

const renewal = z.object({ progress: z.array(z.object({ step: z.string(), state: z.string() })).optional() });
const gateLine = z.object({ verb: z.string(), when: z.enum(["before", "after"]) });

export function rpcCheckpoint(path: string, body: Buffer, step: string | undefined): Checkpoint {
  return { call: path.replace(/^\/rest\/v1\/(rpc\/)?/, ""), body: body.toString(), step };
}

export function cliCheckpoint(line: string, step: string | undefined): Checkpoint {
  const { verb, when } = gateLine.parse(JSON.parse(line));
  return { call: verb, body: "", when, step };
}

/** The step that a renewal tells of, undefined for every other call. */
export function stepIn(path: string, body: Buffer): string | undefined {
  if (!path.endsWith("/renew_provision_lease")) return undefined;
  const { progress = [] } = renewal.parse(JSON.parse(body.toString()));
  return progress.findLast(({ state }) => state === "running")?.step;
}
