import type { Fault } from "../fault.ts";

const PATIENCE_MS = 120_000;
const BOUND_PERCENT = 10;

export const threeExecutors: Fault = {
  name: "three executors at one queue",
  isInShortPart: true,
  async inject(scene) {
    const requests = scene.size(1000, 6);
    const machines = [await scene.machine(), await scene.machine(), await scene.machine()];
    const bound = Math.ceil((requests * BOUND_PERCENT) / 100 / machines.length);
    for (const machine of machines) await scene.ask(bound, { executor: machine });
    await scene.ask(requests - bound * machines.length);
    scene.atLeast(machines.length);
    await Promise.all(machines.map((machine) => machine.start()));
    await scene.quiet(PATIENCE_MS);
    // One that had nothing to do was no rival.
    for (const { executorId } of machines) {
      const done = "select from public.agent_provision_requests where executor_id = $1 and status = 'done' limit 1";
      scene.hit((await scene.world.query(done, [executorId])).length);
    }
  },
};
