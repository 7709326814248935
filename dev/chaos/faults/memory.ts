import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { ChildProcess } from "../../stack/child-processes.ts";
import { logLines } from "../executor-log.ts";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";
import type { Asked } from "../verdict.ts";

const PROBE = fileURLToPath(new URL("../preloads/memory-probe.ts", import.meta.url));
const SAMPLES = 21;
/** What a shorter watch tells is caches that fill; it is printed, and not judged. */
const LEAST_MINUTES = 8;
/** Caches that fill once, and JIT. */
const WARM_UP_REQUESTS = 20;
const REPLACED_AT_ONCE = 3;
const PATIENCE_MS = 120_000;
const probed = z.object({ probe: z.literal("memory"), heapUsed: z.number(), rss: z.number() });

interface Sample extends Pick<z.infer<typeof probed>, "heapUsed" | "rss"> {
  /** Requests or heartbeats so far. */
  worked: number;
}

async function sample(scene: Scene, machine: Machine, child: ChildProcess, worked: number): Promise<Sample> {
  const told = () => logLines(child, /^\{"probe"/);
  const before = (await told()).length;
  machine.signal("SIGUSR2");
  await scene.until("the executor has told its memory", async () => (await told()).length > before);
  scene.hit();
  const { heapUsed, rss } = probed.parse(JSON.parse((await told()).at(-1) ?? ""));
  return { heapUsed, rss, worked };
}

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
const median = (numbers: number[]) =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

/** The middle of some samples, in each of its figures. */
const middleOf = (samples: Sample[]): Sample => ({
  heapUsed: median(samples.map(({ heapUsed }) => heapUsed)),
  rss: median(samples.map(({ rss }) => rss)),
  worked: median(samples.map(({ worked }) => worked)),
});

interface Kind {
  kind: "idle" | "busy";
  unit: "request" | "heartbeat";
  /** In the second half of the time; the first one has caches that fill. */
  mostBytesPerUnit: number;
  /** Before the watch begins, for at most as long as the watch. */
  warmUpMinutes: number;
}

/** Says how it went in each half, and blames what has grown in the second. */
function judgeSamples(scene: Scene, { kind, unit, mostBytesPerUnit }: Kind, samples: Sample[]): void {
  const third = Math.floor(SAMPLES / 3);
  const [start, middle, end] = [0, 1, 2].map((nth) => middleOf(samples.slice(nth * third, (nth + 1) * third)));
  if (start === undefined || middle === undefined || end === undefined) return;
  const points = [start, middle, end];
  const perUnit = (from: Sample, to: Sample) => Math.round((to.heapUsed - from.heapUsed) / (to.worked - from.worked));
  const list = (figures: string[]) => figures.join(" -> ");
  const [first, second] = [perUnit(start, middle), perUnit(middle, end)];
  scene.tell(
    `Memory, ${scene.minutes} min ${kind}: heap after GC ${list(points.map(({ heapUsed }) => megabytes(heapUsed)))} MB, rss ${list(points.map(({ rss }) => megabytes(rss)))} MB (medians of the start, the middle and the end), after ${list(points.map(({ worked }) => String(worked)))} ${unit}s: ${first} bytes for each ${unit} of the first half, ${second} of the second`,
  );
  if (scene.minutes >= LEAST_MINUTES && second > mostBytesPerUnit)
    scene.blame([`The heap grew by ${second} bytes for each ${unit}, and ${mostBytesPerUnit} may be noise`]);
}

/** As many come as go: what is known of each agent that lives may stay, and nothing of the others. */
async function replaceAgents(scene: Scene, machine: Machine, living: Asked[]): Promise<void> {
  living.push(...(await scene.ask(REPLACED_AT_ONCE, { executor: machine })));
  await scene.quiet(PATIENCE_MS);
  await scene.askToChange("deprovision", living.splice(0, REPLACED_AT_ONCE));
  await scene.quiet(PATIENCE_MS);
}

function memory(how: Kind): Fault {
  const { kind, unit, mostBytesPerUnit, warmUpMinutes } = how;
  return {
    name: `memory while ${kind}`,
    notes: [
      "Memory: the executor runs with --expose-gc, and a module that is loaded before it collects garbage on SIGUSR2",
      `Memory while ${kind}: the heap may grow by ${mostBytesPerUnit} bytes for each ${unit} of the second half, above what runs without a leak have measured`,
      ...(warmUpMinutes > 0
        ? [
            `Memory while ${kind}: the watch begins after ${warmUpMinutes} min, in which code is compiled and caches fill`,
          ]
        : []),
      "Memory: rss is a multiple of the heap, because V8 gives the young objects of a busy process up to 130 MB and keeps them (with --max-semi-space-size=1 it is 150 MB instead of 230; MALLOC_ARENA_MAX changes nothing); three quarters of its growth fall into the first half",
    ],
    isLong: true,
    async inject(scene) {
      const machine = await scene.machine();
      const child = await machine.start({ nodeArgs: ["--expose-gc", "--import", PROBE] });
      const living = await scene.ask(WARM_UP_REQUESTS, { executor: machine });
      await scene.quiet(PATIENCE_MS);
      const worked = () =>
        unit === "request"
          ? scene.asked.length
          : machine.proxy.calls.filter((path) => path.endsWith("/record_heartbeat")).length;
      await pause(Math.min(how.warmUpMinutes, scene.minutes) * 60_000);
      const samples: Sample[] = [];
      while (samples.length < SAMPLES) {
        const until = performance.now() + (scene.minutes * 60_000) / SAMPLES;
        while (performance.now() < until) {
          if (kind === "busy") await replaceAgents(scene, machine, living);
          else await pause(Math.max(0, until - performance.now()));
        }
        samples.push(await sample(scene, machine, child, worked()));
      }
      scene.atLeast(SAMPLES);
      judgeSamples(scene, how, samples);
    },
  };
}

// Measured in eight runs of 8 to 12 min on two busy cores, the second half of each: 1.7 to 2.3 kB where nothing leaked (code
// that is compiled, and what is known of each new agent), and 2.9 to 4.3 kB with one signal left over for each renewal. Since
// then an agent's files are watched while it lives, and as many agents go as come: 2 kB in 10 min.
const BUSY: Kind = { kind: "busy", unit: "request", mostBytesPerUnit: 2_600, warmUpMinutes: 0 };
// Measured in two runs of 30 min: the heap grows by half a megabyte in the first 10 min, while code that runs every few seconds
// is compiled, and in the last 10 by 4.1 and 5.7 kB each, with some 60 calls of the database and one look at the memory.
const IDLE: Kind = { kind: "idle", unit: "heartbeat", mostBytesPerUnit: 14_000, warmUpMinutes: 10 };

export const memoryFaults: Fault[] = [memory(IDLE), memory(BUSY)];
