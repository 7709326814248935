import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";

/** From the first claim of a new executor to its death: the time of a request and a half. */
const LATEST_MS = 1_500;
const PATIENCE_MS = 600_000;

/** Only a kill that takes a running request away counts. */
async function killUntil(scene: Scene, machine: Machine, kills: number): Promise<void> {
  for (let start = 1; scene.injected() < kills; start += 1) {
    const claimed = Promise.withResolvers<void>();
    machine.onCall(({ call }) => {
      if (call === "claim_provision_requests") claimed.resolve();
      return "pass";
    });
    await machine.start();
    await scene.within(claimed.promise, "the executor claims");
    await pause(scene.random(`${machine.name}, start ${start}`).whole(0, LATEST_MS));
    const running = await scene.world.query(
      "select from public.agent_provision_requests where executor_id = $1 and status = 'running'",
      [machine.executorId],
    );
    await machine.kill();
    if (running.length > 0) scene.hit();
    await scene.hurry();
  }
}

export const randomKills: Fault = {
  name: "kill -9 at random moments, on two Mac minis",
  notes: ["Random kills: OpenClaw's writes take a third of a second longer than the stand-in's, so that they are met"],
  isInShortPart: true,
  async inject(scene) {
    const kills = scene.size(200, 4);
    scene.atLeast(kills);
    const machines = [await scene.machine(), await scene.machine()];
    for (const machine of machines) machine.setMode({ slow: { "agents add": 300, "agents set-identity": 300 } });
    await scene.ask(scene.size(200, 5), { maxAttempts: 1000 });
    await Promise.all(machines.map((machine) => killUntil(scene, machine, kills)));
    for (const machine of machines) {
      machine.heal();
      await machine.start();
    }
    await scene.quiet(PATIENCE_MS);
  },
};
