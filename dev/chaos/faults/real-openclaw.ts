import { setTimeout as pause } from "node:timers/promises";
import { ensureOpenclaw } from "../../local/install-openclaw.ts";
import type { Fault } from "../fault.ts";

const PATIENCE_MS = 600_000;
/** Into an add or a set-identity, which take 4 to 13 s each. */
const LATEST_MS = 8_000;
/** The gateway does in 2 s what the commands take so long for. */
const LATEST_WITH_GATEWAY_MS = 2_500;

function killsWithRealOpenclaw(hasGateway: boolean): Fault {
  return {
    name: `kill -9 in the steps add and identity, with the real OpenClaw${hasGateway ? " and its gateway" : ""}`,
    async inject(scene) {
      scene.atLeast(3);
      const { bin } = await ensureOpenclaw();
      const machine = await scene.machine({ openclaw: bin });
      if (hasGateway) await machine.startGateway();
      await scene.ask(3, { executor: machine, maxAttempts: 20 });
      const latestMs = hasGateway ? LATEST_WITH_GATEWAY_MS : LATEST_MS;
      for (const [index, step] of ["add", "add", "identity"].entries()) {
        const reached = Promise.withResolvers<void>();
        machine.onCall((checkpoint) => {
          if (checkpoint.call === "renew_provision_lease" && checkpoint.step === step) reached.resolve();
          return "pass";
        });
        await machine.start({ settings: { CONCURRENCY: "1", STEP_TIMEOUT_SECONDS: "180" } });
        await scene.within(reached.promise, `the executor is in the step ${step}`, PATIENCE_MS);
        await pause(scene.random(`kill ${index + 1}`).whole(500, latestMs));
        await machine.kill();
        scene.hit();
        await scene.hurry();
      }
      await machine.start({ settings: { STEP_TIMEOUT_SECONDS: "180" } });
      await scene.quiet(PATIENCE_MS);
    },
  };
}

export const realOpenclaw: Fault[] = [false, true].map(killsWithRealOpenclaw);
