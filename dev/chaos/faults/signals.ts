import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { childrenLeft } from "../home-findings.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";

const PATIENCE_MS = 120_000;
/** A stop may take the 20 s that work is given to end, and the time of ending it gently. */
const STOPS_WITHIN_MS = 60_000;
const BETWEEN_SIGNALS_MS = 100;
const CLI_CALL_MS = 3_000;

/** Resolves when OpenClaw has begun to add an agent. */
function adding(machine: Machine): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  machine.onGate(async ({ call, when }) => {
    if (call === "agents add" && when === "before") resolve();
  });
  return promise;
}

function terminate(times: number): Fault {
  const word = ["once", "twice", "thrice"][times - 1];
  return {
    name: `SIGTERM ${word} in the middle of agents add`,
    isInShortPart: times === 2,
    async inject(scene) {
      const rounds = scene.size(3, 1);
      scene.atLeast(rounds * times);
      const machine = await scene.machine();
      for (let round = 0; round < rounds; round += 1) {
        machine.setMode({ slow: { "agents add": CLI_CALL_MS } }, { isGated: true });
        await scene.ask(scene.size(3, 1), { executor: machine, maxAttempts: 20 });
        const isAdding = adding(machine);
        const child = await machine.start();
        await scene.within(isAdding, "OpenClaw adds an agent");
        for (let sent = 0; sent < times && child.isRunning(); sent += 1) {
          machine.signal("SIGTERM");
          scene.hit();
          await pause(BETWEEN_SIGNALS_MS);
        }
        await scene.until("the executor has stopped", () => !child.isRunning(), STOPS_WITHIN_MS);
        // Who is told a third time leaves at once, and the next one cleans up.
        if (times < 3) scene.blame(await childrenLeft(machine.home, 0));
      }
      machine.heal();
      await machine.start();
      await scene.quiet(PATIENCE_MS);
    },
  };
}

/** What is not done after the 20 s that work is given to end goes back, as if nobody had tried. */
const terminateUntouched: Fault = {
  name: "SIGTERM before OpenClaw is written to",
  async inject(scene) {
    const rounds = scene.size(2, 1);
    scene.atLeast(rounds);
    const machine = await scene.machine();
    for (let round = 0; round < rounds; round += 1) {
      const [isListing, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      machine.setMode({}, { isGated: true });
      machine.onGate(async ({ call, step }) => {
        if (call !== "agents list" || step !== "workspace") return;
        isListing.resolve();
        await isOver.promise;
      });
      await scene.ask(2, { executor: machine, attempts: 1 });
      const child = await machine.start();
      await scene.within(isListing.promise, "OpenClaw lists its agents");
      machine.signal("SIGTERM");
      scene.hit();
      await scene.until("the executor has stopped", () => !child.isRunning(), STOPS_WITHIN_MS);
      isOver.resolve();
      machine.heal();
      await machine.start();
      await scene.quiet(PATIENCE_MS, { hurries: false });
      await machine.stop();
    }
  },
};

export const terminations: Fault[] = [...[1, 2, 3].map(terminate), terminateUntouched];

/** Waits until the database has taken a sleeper's requests away from it. */
const isSwept = (scene: Scene) =>
  scene.until(
    "the lease has run out and was swept",
    async () => {
      await scene.world.query("select public.fail_stuck_requests()");
      return (await scene.counts()).get("running") === undefined;
    },
    PATIENCE_MS,
  );

export const suspension: Fault = {
  name: "SIGSTOP for longer than the lease, then SIGCONT",
  isInShortPart: true,
  async inject(scene) {
    const rounds = scene.size(5, 1);
    scene.atLeast(rounds);
    const machine = await scene.machine();
    machine.setMode({}, { isGated: true });
    await machine.start();
    for (let round = 0; round < rounds; round += 1) {
      const isAdding = adding(machine);
      await scene.ask(scene.size(4, 1), { executor: machine, maxAttempts: 20 });
      await scene.within(isAdding, "OpenClaw adds an agent");
      machine.signal("SIGSTOP");
      scene.hit();
      await isSwept(scene);
      // Queued and due: the sleeper finds its own requests waiting when it wakes.
      await scene.hurry();
      machine.signal("SIGCONT");
      await scene.quiet(PATIENCE_MS);
    }
  },
};
