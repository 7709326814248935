import { readFakeWrites } from "../../fakes/openclaw/writes.ts";
import type { Fault } from "../fault.ts";

const PATIENCE_MS = 120_000;

export const outlivingChild: Fault = {
  name: "an agents add that outlives its executor",
  notes: [
    "The stand-in records when each of its writes begins, is asked to end (SIGTERM) and ends: two at a time in one home, or one killed unasked, are a wrong end",
  ],
  isInShortPart: true,
  async inject(scene) {
    const times = scene.size(5, 1);
    scene.atLeast(times);
    const machine = await scene.machine();
    machine.setMode({}, { isGated: true });
    for (let time = 0; time < times; time += 1) {
      await scene.ask(1, { executor: machine, maxAttempts: 20 });
      const orphaned = Promise.withResolvers<void>();
      const mayGoOn = Promise.withResolvers<void>();
      let isFirst = true;
      machine.onGate(async ({ call, when }) => {
        if (!isFirst || call !== "agents add" || when !== (time % 2 === 0 ? "before" : "after")) return;
        isFirst = false;
        await machine.kill();
        scene.hit();
        orphaned.resolve();
        await mayGoOn.promise;
      });
      await machine.start();
      await scene.within(orphaned.promise, "OpenClaw adds the agent");
      const before = readFakeWrites(machine.home).length;
      await machine.start();
      await scene.until(
        "the next executor has ended what was left, or writes beside it",
        async () => {
          await scene.hurry();
          const writes = readFakeWrites(machine.home);
          return writes.length > before || writes.at(-1)?.endedAt !== undefined;
        },
        PATIENCE_MS,
      );
      mayGoOn.resolve();
      await scene.quiet(PATIENCE_MS);
      await machine.stop();
    }
  },
};
