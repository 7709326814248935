import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";

const PROBE = fileURLToPath(new URL("../preloads/memory-probe.ts", import.meta.url));
const SAMPLES = 20;
/** Caches that fill once, and JIT. */
const WARM_UP_REQUESTS = 20;
/** Between the first and the last third of the samples; a leak of 1 kB for each request or beat of a month is far above. */
const LARGEST_GROWTH_BYTES = 2 * 1024 * 1024;
const PATIENCE_MS = 120_000;
const probed = z.object({ probe: z.literal("memory"), heapUsed: z.number(), rss: z.number() });
type Sample = z.infer<typeof probed>;

async function readSamples(logFile: string): Promise<Sample[]> {
  const lines = (await readFile(logFile, "utf8")).split("\n").filter((line) => line.startsWith('{"probe"'));
  return lines.map((line) => probed.parse(JSON.parse(line)));
}

async function sample(machine: Machine, logFile: string, scene: Scene): Promise<void> {
  const before = (await readSamples(logFile)).length;
  machine.signal("SIGUSR2");
  await scene.until("the executor has told its memory", async () => (await readSamples(logFile)).length > before);
  scene.hit();
}

const median = (numbers: number[]) =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);

/** Says how it went, and blames what has grown. */
function judgeSamples(scene: Scene, name: string, samples: Sample[]): void {
  const third = Math.floor(samples.length / 3);
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const heap = [first, last].map((some) => median(some.map(({ heapUsed }) => heapUsed)));
  const rss = [first, last].map((some) => median(some.map((one) => one.rss)));
  const [before = 0, after = 0] = heap;
  scene.tell(
    `${name}: heap after GC ${heap.map(megabytes).join(" -> ")} MB, rss ${rss.map(megabytes).join(" -> ")} MB (first and last third of ${samples.length} samples, ${scene.asked.length} requests)`,
  );
  if (after - before > LARGEST_GROWTH_BYTES) scene.blame([`The heap grew by ${megabytes(after - before)} MB`]);
}

function memory(kind: "idle" | "busy"): Fault {
  return {
    name: `memory while ${kind}`,
    notes: [
      "Memory: the executor runs with --expose-gc, and a module that is loaded before it collects garbage on SIGUSR2",
    ],
    isLong: true,
    async inject(scene) {
      const machine = await scene.machine();
      const child = await machine.start({ nodeArgs: ["--expose-gc", "--import", PROBE] });
      await scene.ask(WARM_UP_REQUESTS, { executor: machine });
      await scene.quiet(PATIENCE_MS);
      const everyMs = (scene.minutes * 60_000) / SAMPLES;
      for (let taken = 0; taken < SAMPLES; taken += 1) {
        const until = performance.now() + everyMs;
        while (performance.now() < until) {
          if (kind === "busy") {
            await scene.ask(3, { executor: machine });
            await scene.quiet(PATIENCE_MS);
          } else await pause(Math.max(0, until - performance.now()));
        }
        await sample(machine, child.logFile, scene);
      }
      scene.atLeast(SAMPLES);
      judgeSamples(scene, `Memory, ${scene.minutes} min ${kind}`, await readSamples(child.logFile));
    },
  };
}

export const memoryFaults: Fault[] = [memory("idle"), memory("busy")];
