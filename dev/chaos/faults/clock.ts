import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Fault } from "../fault.ts";
import { signedInMachine } from "../signed-in-machine.ts";

const SHIM = fileURLToPath(new URL("../preloads/shift-clock.ts", import.meta.url));
const MINUTES = 10;
const PATIENCE_MS = 120_000;
const logLine = z.object({ time: z.iso.datetime() });

function clockOff(direction: "ahead" | "behind"): Fault {
  const shiftMs = MINUTES * 60_000 * (direction === "ahead" ? 1 : -1);
  return {
    name: `the worker's clock is ${MINUTES} min ${direction}`,
    notes: [
      "Clocks: a module that is loaded before the executor moves its wall clock; the machine's own, which ps tells of, stays",
    ],
    isInShortPart: direction === "ahead",
    async inject(scene) {
      const machine = await signedInMachine(scene);
      const child = await machine.start({
        nodeArgs: ["--import", SHIM],
        settings: { CHAOS_CLOCK_SHIFT_MS: String(shiftMs) },
      });
      await scene.ask(scene.size(12, 1), { executor: machine });
      await scene.quiet(PATIENCE_MS);
      // As the executor's log tells the time.
      const [first = ""] = (await readFile(child.logFile, "utf8")).split("\n");
      const offMs = Date.parse(logLine.parse(JSON.parse(first)).time) - Date.now();
      if (Math.sign(offMs) === Math.sign(shiftMs) && Math.abs(offMs) > Math.abs(shiftMs) / 2) scene.hit();
    },
  };
}

export const clocks: Fault[] = [clockOff("ahead"), clockOff("behind")];
