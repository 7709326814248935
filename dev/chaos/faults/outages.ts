import { setTimeout as pause } from "node:timers/promises";
import type { Fault as CallFault } from "../../testing/flaky-proxy.ts";
import type { Fault } from "../fault.ts";
import type { World } from "../world.ts";

const PATIENCE_MS = 180_000;
/** Leases are 5 s. */
const LONGER_THAN_A_LEASE_MS = 7_000;

/** A part of the stack dies in the middle of the work and is back a moment later. */
function restart(name: string, restartPart: (world: World, awayMs: number) => Promise<void>): Fault {
  return {
    name,
    notes: [
      "PostgREST is killed (SIGKILL); Postgres shuts down at once and recovers (SIGQUIT), and runs without fsync",
    ],
    isAlone: true,
    isInShortPart: name.startsWith("PostgREST"),
    async inject(scene) {
      const times = scene.size(3, 1);
      scene.atLeast(times);
      const machine = await scene.machine();
      machine.setMode({}, { isGated: true });
      await machine.start();
      for (let time = 0; time < times; time += 1) {
        const adds = Promise.withResolvers<void>();
        machine.onGate(async ({ call }) => {
          if (call === "agents add") adds.resolve();
        });
        await scene.ask(scene.size(6, 2), { executor: machine });
        await scene.within(adds.promise, "OpenClaw adds an agent");
        scene.hit();
        await restartPart(scene.world, scene.random(`restart ${time + 1}`).whole(200, 3_000));
      }
      await scene.quiet(PATIENCE_MS);
    },
  };
}

/** Nothing gets through for longer than a lease, from the moment when OpenClaw adds an agent. */
function networkAway(name: string, fault: CallFault): Fault {
  return {
    name,
    isInShortPart: fault === "cut",
    async inject(scene) {
      const times = scene.size(3, 1);
      scene.atLeast(times);
      const machine = await scene.machine();
      machine.setMode({}, { isGated: true });
      await machine.start();
      for (let time = 0; time < times; time += 1) {
        const away = Promise.withResolvers<void>();
        machine.onGate(async ({ call }) => {
          if (call !== "agents add") return;
          machine.onCall(() => fault);
          machine.proxy.refuseSockets(true);
          machine.proxy.cutSockets();
          away.resolve();
        });
        await scene.ask(scene.size(4, 1), { executor: machine, maxAttempts: 20 });
        await scene.within(away.promise, "OpenClaw adds an agent");
        scene.hit();
        await pause(LONGER_THAN_A_LEASE_MS);
        machine.onGate(async () => undefined);
        machine.onCall(() => "pass");
        machine.proxy.refuseSockets(false);
        await scene.quiet(PATIENCE_MS);
      }
    },
  };
}

export const outages: Fault[] = [
  restart("PostgREST is killed and started again", (world, awayMs) => world.restartPostgrest(awayMs)),
  restart("Postgres crashes and is started again", (world, awayMs) => world.restartPostgres(awayMs)),
  networkAway("the network refuses for longer than a lease", "cut"),
  networkAway("the network is silent for longer than a lease", "hang"),
];
