import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";

const PATIENCE_MS = 120_000;

const claimsOf = (machine: Machine) =>
  machine.proxy.calls.filter((path) => path.endsWith("/claim_provision_requests")).length;

/** Waits until the dead owner's request is due again, and the rival has looked for work twice since. */
async function rivalHasLooked(scene: Scene, rival: Machine): Promise<void> {
  const isQueued = async () => (await scene.counts()).has("queued");
  await scene.until("the lease of the dead has run out", isQueued, PATIENCE_MS);
  await scene.hurry();
  const looks = claimsOf(rival) + 2;
  await scene.until("the rival has looked for work", () => claimsOf(rival) >= looks, PATIENCE_MS);
}

/** Nobody had bound the request; who has begun it keeps it, or there would be two agents. */
export const rivalOfTheDead: Fault = {
  name: "an executor dies after agents add, and a rival is free",
  isInShortPart: true,
  async inject(scene) {
    const times = scene.size(5, 1);
    scene.atLeast(times);
    const [owner, rival] = [await scene.machine(), await scene.machine()];
    owner.setMode({}, { isGated: true });
    for (let time = 0; time < times; time += 1) {
      const dead = Promise.withResolvers<void>();
      let isAlive = true;
      owner.onGate(async ({ call, when }) => {
        if (!isAlive || call !== "agents add" || when !== "after") return;
        isAlive = false;
        scene.hit();
        await owner.kill().then(dead.resolve, dead.reject);
      });
      await scene.ask(1, { maxAttempts: 20 });
      await owner.start();
      await scene.within(dead.promise, "OpenClaw has added the agent");
      await rival.start();
      await rivalHasLooked(scene, rival);
      await rival.stop();
      await owner.start();
      await scene.quiet(PATIENCE_MS);
      await owner.stop();
    }
  },
};
