import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Check, Machine } from "../check.ts";
import { ok, warn } from "../finding.ts";

const run = promisify(execFile);
const ANSWERS_WITHIN_MS = 5_000;

/** Whether this Mac goes to sleep by itself. */
export const sleepCheck: Check<Machine> = {
  name: "sleep",
  async look({ platform, path }) {
    if (platform !== "darwin") return [];
    const { stdout } = await run("pmset", ["-g"], { env: { PATH: path }, timeout: ANSWERS_WITHIN_MS });
    const [, minutes] = /^\s*sleep\s+(\d+)/m.exec(stdout) ?? [];
    if (minutes === undefined) throw new Error("pmset -g names no sleep setting");
    if (Number(minutes) === 0) return [ok("This Mac does not sleep by itself")];
    return [
      warn(
        `This Mac sleeps after ${minutes} minutes without anybody at it, and requests wait until it wakes`,
        "sudo pmset -a sleep 0",
      ),
    ];
  },
};
