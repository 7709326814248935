/** Stands in for launchctl, systemctl, loginctl and caffeinate: keeps a service running for real, and fails on demand (mode.ts). */
import { setInterval as every } from "node:timers/promises";
import { launchctl } from "./launchctl.ts";
import { MEMORY, readFakeServicesMode, readServiceCalls, recordServiceCall } from "./mode.ts";
import { Refusal } from "./refusal.ts";
import { systemctl } from "./systemctl.ts";

const [, , name = "", ...args] = process.argv;
const memory = process.env[MEMORY] ?? "";

async function answer(): Promise<string> {
  const mode = readFakeServicesMode(memory);
  const line = [name, ...args].join(" ");
  recordServiceCall(memory, [name, ...args]);
  for (const [start, { exitCode, stderr, times = Number.POSITIVE_INFINITY }] of Object.entries(mode.failing)) {
    const calls = readServiceCalls(memory).filter((call) => call.startsWith(start));
    if (line.startsWith(start) && calls.length <= times) throw new Refusal(exitCode, stderr);
  }
  if (name === "launchctl") return launchctl(args, memory, mode);
  if (name === "systemctl") return await systemctl(args, memory, mode);
  if (name === "loginctl") return `Linger=${mode.lingers ? "yes" : "no"}\n`;
  return await stayAwake();
}

async function stayAwake(): Promise<string> {
  const end = () => {
    recordServiceCall(memory, [name, "ended"]);
    process.exit(0);
  };
  process.on("SIGTERM", end);
  const watched = Number(args[args.indexOf("-w") + 1]);
  for await (const _ of every(100)) {
    try {
      process.kill(watched, 0);
    } catch {
      // The process for which it stayed awake is gone.
      end();
    }
  }
  return "";
}

try {
  process.stdout.write(await answer());
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
