import { commandOutput } from "../../command-output.ts";
import type { Check, Machine } from "../check.ts";
import { ok, warn } from "../finding.ts";

const ANSWERS_WITHIN_MS = 5_000;

/** Whether this Mac goes to sleep by itself. */
export const sleepCheck: Check<Machine> = {
  name: "sleep",
  async look({ platform, path }) {
    if (platform !== "darwin") return [];
    const settings = await commandOutput("pmset", ["-g"], { env: { PATH: path }, withinMs: ANSWERS_WITHIN_MS });
    const [, minutes] = /^\s*sleep\s+(\d+)/m.exec(settings) ?? [];
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
