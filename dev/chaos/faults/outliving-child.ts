import type { Fault } from "../fault.ts";
import type { Scene } from "../scene.ts";

const PATIENCE_MS = 120_000;

/** Waits until a request is worked on again, or has been done. */
const isAtAttempt = (scene: Scene, requestId: string, attempt: number) =>
  scene.until(
    `request ${requestId} is tried again`,
    async () => {
      await scene.hurry();
      const rows = await scene.world.query(
        "select from public.agent_provision_requests where id = $1 and (status = 'done' or status = 'running' and attempts >= $2)",
        [requestId, attempt],
      );
      return rows.length > 0;
    },
    PATIENCE_MS,
  );

export const outlivingChild: Fault = {
  name: "an agents add that outlives its executor",
  isInShortPart: true,
  async inject(scene) {
    const times = scene.size(5, 1);
    scene.atLeast(times);
    const machine = await scene.machine();
    machine.setMode({}, { isGated: true });
    for (let time = 0; time < times; time += 1) {
      const [request] = await scene.ask(1, { executor: machine, maxAttempts: 20 });
      if (request === undefined) throw new Error("No request was made");
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
      await machine.start();
      await isAtAttempt(scene, request.requestId, 2);
      mayGoOn.resolve();
      await scene.quiet(PATIENCE_MS);
      await machine.stop();
    }
  },
};
