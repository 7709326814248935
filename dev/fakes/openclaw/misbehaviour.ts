import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "./agents.ts";
import { type FakeMode, type FakeVerb, readFakeCalls, recordFakeCall } from "./mode.ts";

/** Lets a leaked child end by itself. */
const LONGEST_HANG_SECONDS = 300;

async function hang(home: string, ignoresSigterm: boolean): Promise<never> {
  const trap = ignoresSigterm ? "trap '' TERM;" : "";
  const loop = `${trap} i=0; while [ $i -lt ${LONGEST_HANG_SECONDS} ]; do sleep 1; i=$((i+1)); done`;
  const child = spawn("/bin/sh", ["-c", loop], { detached: true, stdio: "inherit" });
  recordFakeCall(home, {
    argv: process.argv.slice(2),
    pid: process.pid,
    ...(child.pid !== undefined && { childPid: child.pid }),
  });
  if (ignoresSigterm) process.on("SIGTERM", () => process.stderr.write("Not now\n"));
  await new Promise((resolve) => child.once("exit", resolve));
  process.exit(143);
}

const callsOf = (verb: FakeVerb, home: string) =>
  readFakeCalls(home).filter(({ argv }) => argv.join(" ").startsWith(verb)).length;

/** Does what the mode asks of this verb before it is carried out. @throws Refusal */
export async function misbehave(verb: FakeVerb, mode: FakeMode, home: string): Promise<void> {
  const { slow, hanging, crashing, failing, failingWithExitZero, chatty } = mode;
  await pause(slow[verb] ?? 0);
  const hangs = hanging[verb];
  if (hangs) await hang(home, hangs.ignoresSigterm);
  const lastWords = crashing[verb];
  if (lastWords !== undefined) {
    process.stderr.write(`${lastWords}\n`);
    process.exit(1);
  }
  const refused = failing[verb];
  if (refused && callsOf(verb, home) <= (refused.times ?? Number.POSITIVE_INFINITY)) throw new Refusal(refused.message);
  const quietly = failingWithExitZero[verb];
  if (quietly !== undefined) throw new Refusal(quietly, 0);
  const bytes = chatty[verb];
  if (bytes !== undefined) process.stdout.write(`${"[debug] one more line of log\n".repeat(Math.ceil(bytes / 29))}`);
}
