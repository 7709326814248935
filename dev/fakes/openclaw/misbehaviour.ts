import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type FakeMode, type FakeVerb, readFakeCalls, recordFakeCall } from "./mode.ts";
import { Refusal } from "./refusal.ts";

/** Lets a leaked child end by itself. */
const LONGEST_HANG_SECONDS = 300;

/** Set in the child that does the work of a launcher that delegates. */
const IS_DELEGATE = "FAKE_OPENCLAW_DELEGATE";

function startChild(home: string, command: string, args: string[], env = process.env) {
  const child = spawn(command, args, { detached: true, stdio: "inherit", env });
  const { pid } = process;
  recordFakeCall(home, { argv: process.argv.slice(2), pid, ...(child.pid !== undefined && { childPid: child.pid }) });
  return child;
}

async function hang(home: string, ignoresSigterm: boolean): Promise<never> {
  const trap = ignoresSigterm ? "trap '' TERM;" : "";
  const loop = `${trap} i=0; while [ $i -lt ${LONGEST_HANG_SECONDS} ]; do sleep 1; i=$((i+1)); done`;
  const child = startChild(home, "/bin/sh", ["-c", loop]);
  if (ignoresSigterm) process.on("SIGTERM", () => process.stderr.write("Not now\n"));
  await new Promise((resolve) => child.once("exit", resolve));
  process.exit(143);
}

/** As the real launcher does: the child has the arguments, and its end is the launcher's. */
async function delegate(home: string): Promise<never> {
  const child = startChild(home, process.execPath, process.argv.slice(1), { ...process.env, [IS_DELEGATE]: "1" });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code, signal] = await once(child, "exit");
  if (signal === null) process.exit(code);
  process.removeAllListeners("SIGTERM");
  process.kill(process.pid, signal);
  return await new Promise(() => undefined);
}

/** Whether this process is a launcher, and leaves the work to a child. */
export const onlyWaits = (verb: FakeVerb, { delegating }: FakeMode): boolean =>
  delegating[verb] !== undefined && process.env[IS_DELEGATE] === undefined;

const callsOf = (verb: FakeVerb, home: string) =>
  readFakeCalls(home).filter(({ argv }) => argv.join(" ").startsWith(verb)).length;

/** How each of the two roads words a refusal. */
const refusalBy = (verb: FakeVerb, message: string, exitCode?: number) =>
  verb.startsWith("gateway call")
    ? new Refusal(message, exitCode, { type: "gateway_request_error", code: "UNAVAILABLE", retryable: false })
    : new Refusal(message, exitCode);

/** Does what the mode asks of this verb before it is carried out. @throws Refusal */
export async function misbehave(verb: FakeVerb, mode: FakeMode, home: string): Promise<void> {
  const { slow, delegating, hanging, crashing, failing, failingWithExitZero, chatty } = mode;
  await pause(slow[verb] ?? 0);
  if (onlyWaits(verb, mode)) await delegate(home);
  await pause(delegating[verb] ?? 0);
  const hangs = hanging[verb];
  if (hangs) await hang(home, hangs.ignoresSigterm);
  const lastWords = crashing[verb];
  if (lastWords !== undefined) {
    process.stderr.write(`${lastWords}\n`);
    process.exit(1);
  }
  const refused = failing[verb];
  if (refused && callsOf(verb, home) <= (refused.times ?? Number.POSITIVE_INFINITY))
    throw refusalBy(verb, refused.message);
  const quietly = failingWithExitZero[verb];
  if (quietly !== undefined) throw refusalBy(verb, quietly, 0);
  const bytes = chatty[verb];
  if (bytes !== undefined) process.stdout.write(`${"[debug] one more line of log\n".repeat(Math.ceil(bytes / 29))}`);
}
