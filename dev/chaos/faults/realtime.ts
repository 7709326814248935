import type { Fault } from "../fault.ts";
import type { DeliveryFault } from "../faulty-delivery.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";
import { shorterToken } from "../shorter-token.ts";
import { signedInMachine } from "../signed-in-machine.ts";

const PATIENCE_MS = 120_000;

/** A few at a time, so that some come while the fault lasts, whatever it does. */
async function askNowAndThen(scene: Scene, machine: Machine): Promise<void> {
  for (let round = 0; round < scene.size(4, 1); round += 1) {
    await scene.ask(scene.size(3, 1), { executor: machine });
    await scene.quiet(PATIENCE_MS);
  }
}

function misdelivered(name: string, fault: DeliveryFault, isInShortPart = false): Fault {
  return {
    name,
    isInShortPart,
    isAlone: true,
    async inject(scene) {
      const machine = await scene.machine();
      scene.world.realtime.set(fault);
      await machine.start();
      await askNowAndThen(scene, machine);
      scene.hit(scene.world.realtime.injected());
      scene.world.realtime.set("none");
    },
  };
}

const gap: Fault = {
  name: "requests written between SUBSCRIBED and the first event",
  isAlone: true,
  async inject(scene) {
    const rounds = scene.size(3, 1);
    scene.atLeast(rounds);
    const machine = await scene.machine();
    scene.world.realtime.set("gap");
    for (let round = 0; round < rounds; round += 1) {
      const before = scene.world.realtime.injected();
      await machine.start();
      await scene.until("it is subscribed", () => scene.world.realtime.injected() > before);
      await scene.ask(scene.size(3, 1), { executor: machine });
      scene.hit();
      await scene.quiet(PATIENCE_MS);
      await machine.stop();
    }
    scene.world.realtime.set("none");
  },
};

const closedForGood: Fault = {
  name: "Realtime closes for good",
  async inject(scene) {
    const machine = await scene.machine();
    await machine.start();
    await scene.ask(2, { executor: machine });
    await scene.quiet(PATIENCE_MS);
    machine.proxy.refuseSockets(true);
    scene.hit(machine.proxy.cutSockets());
    await askNowAndThen(scene, machine);
  },
};

const off: Fault = {
  name: "Realtime is off",
  async inject(scene) {
    const machine = await scene.machine();
    await machine.start({ settings: { REALTIME: "off" } });
    scene.hit();
    await askNowAndThen(scene, machine);
  },
};

/** Every token ends within seconds, and its session says that it holds for an hour. */
const expiredToken: Fault = {
  name: "tokens that have expired",
  notes: [
    "Expired tokens: the tokens of Auth are signed anew on their way to the executor, with an end in a few seconds",
  ],
  async inject(scene) {
    const machine = await signedInMachine(scene);
    machine.onCall(({ call }) => {
      if (!call.startsWith("/auth/v1/token")) return "pass";
      scene.hit();
      return { answer: (body) => shorterToken(body, scene.world.stack.jwtSecret) };
    });
    scene.atLeast(2);
    await machine.start();
    await scene.until(
      "a token has expired and another one was fetched",
      async () => {
        await scene.ask(1, { executor: machine });
        await scene.quiet(PATIENCE_MS);
        return scene.injected() >= 2;
      },
      PATIENCE_MS,
    );
  },
};

export const realtimeFaults: Fault[] = [
  misdelivered("Realtime is dead and says SUBSCRIBED", "dead", true),
  misdelivered("Realtime drops every event", "dropped"),
  misdelivered("Realtime doubles every event", "doubled"),
  misdelivered("Realtime reorders events", "reordered"),
  gap,
  expiredToken,
  closedForGood,
  off,
];
