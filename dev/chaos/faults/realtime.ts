import { logLines } from "../executor-log.ts";
import type { Fault } from "../fault.ts";
import type { DeliveryFault } from "../faulty-delivery.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";
import { LEEWAY_SECONDS, shorterToken } from "../shorter-token.ts";
import { signedInMachine } from "../signed-in-machine.ts";

const PATIENCE_MS = 150_000;
/** Four, where nothing but the sweep finds one. */
const MOST_ROUNDS = 20;
/** So long that nothing but a nudge finds a request in time. */
const NUDGED = { SWEEP_SECONDS: "300", LOG_LEVEL: "debug" };
const NUDGES =
  "Realtime rows: sweeps are 300 s, longer than the row waits, where an event or a new connection must find the requests";
const SWEPT =
  "Realtime rows: where events are dropped, Realtime stays closed or is off, or refuses every token, only the sweep can find a request, and stays 1 s";

/** At once: a later event, connection or start would find what this one has missed. */
async function mustBeFound(scene: Scene): Promise<void> {
  if (!(await scene.quiet(PATIENCE_MS)))
    scene.blame([`No request ended within ${PATIENCE_MS / 1000} s, and not all had`]);
}

/** A few at a time, so that some come while the fault lasts, whatever it does. */
async function askNowAndThen(scene: Scene, machine: Machine, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await scene.ask(scene.size(3, 1), { executor: machine });
    await mustBeFound(scene);
  }
}

/** Starts an executor, and waits until it has looked for work because it is subscribed: the next look is for something else. */
async function startSubscribed(scene: Scene, machine: Machine) {
  const child = await machine.start({ settings: NUDGED });
  const looks = /"reasons":\[[^\]]*"subscribed"/;
  await scene.until("it has looked when it was subscribed", async () => (await logLines(child, looks)).length > 0);
  return child;
}

/** As the executor has told with a heartbeat. */
async function mustHaveRebuilt(scene: Scene, { executorId }: Machine): Promise<void> {
  const rebuilt = "select from public.executors where id = $1 and (counters ->> 'rebuilds')::int > 0";
  const hasTold = async () => (await scene.world.query(rebuilt, [executorId])).length > 0;
  await scene.until("it has told of a new connection", hasTold, PATIENCE_MS).catch(() => {
    scene.blame(["The connection was not built anew"]);
  });
}

function misdelivered(fault: DeliveryFault): Fault {
  return {
    name: `Realtime ${fault === "doubled" ? "doubles every event" : "reorders events"}`,
    notes: [NUDGES],
    isAlone: true,
    async inject(scene) {
      const machine = await scene.machine();
      scene.world.realtime.set(fault);
      await startSubscribed(scene, machine);
      await askNowAndThen(scene, machine, scene.size(4, 1));
      scene.hit(scene.world.realtime.injected());
      scene.world.realtime.set("none");
    },
  };
}

const dropped: Fault = {
  name: "Realtime drops every event",
  notes: [SWEPT],
  isInShortPart: true,
  isAlone: true,
  async inject(scene) {
    const machine = await scene.machine();
    scene.world.realtime.set("dropped");
    const child = await machine.start();
    const hasBroken = async () => (await logLines(child, /live updates broke/)).length > 0;
    // After three that only the sweep has found it takes the connection for dead. One that it finds while it connects, or
    // because it has just ended another one, is none of them, and how many these are is up to the scheduler.
    for (let round = 0; round < MOST_ROUNDS && !(await hasBroken()); round += 1) await askNowAndThen(scene, machine, 1);
    await mustHaveRebuilt(scene, machine);
    scene.hit(scene.world.realtime.injected());
    scene.world.realtime.set("none");
  },
};

/** It takes a minute until the executor gives such a connection up. */
const dead: Fault = {
  name: "Realtime is dead and says SUBSCRIBED",
  notes: [NUDGES],
  isAlone: true,
  async inject(scene) {
    const machine = await scene.machine();
    scene.world.realtime.set("dead");
    await startSubscribed(scene, machine);
    await askNowAndThen(scene, machine, 1);
    await mustHaveRebuilt(scene, machine);
    scene.hit(scene.world.realtime.injected());
    scene.world.realtime.set("none");
  },
};

const gap: Fault = {
  name: "requests written between SUBSCRIBED and the first event",
  notes: [NUDGES],
  isAlone: true,
  async inject(scene) {
    const rounds = scene.size(3, 1);
    scene.atLeast(rounds);
    const machine = await scene.machine();
    scene.world.realtime.set("gap");
    for (let round = 0; round < rounds; round += 1) {
      await startSubscribed(scene, machine);
      await scene.ask(scene.size(3, 1), { executor: machine });
      scene.hit();
      await mustBeFound(scene);
      await machine.stop();
    }
    scene.world.realtime.set("none");
  },
};

const closedForAWhile: Fault = {
  name: "Realtime closes, and comes back",
  notes: [NUDGES],
  isInShortPart: true,
  async inject(scene) {
    const times = scene.size(3, 1);
    scene.atLeast(times);
    const machine = await scene.machine();
    const child = await startSubscribed(scene, machine);
    for (let time = 0; time < times; time += 1) {
      const breaks = async () => (await logLines(child, /live updates broke/)).length;
      const before = await breaks();
      machine.proxy.refuseSockets(true);
      scene.hit(machine.proxy.cutSockets());
      const hasTriedAgain = async () => (await breaks()) >= before + 2;
      const tried = scene.until("it has tried again in vain", hasTriedAgain, PATIENCE_MS);
      const hasTried = await tried.then(
        () => true,
        () => false,
      );
      if (!hasTried) return scene.blame(["It does not try to connect again"]);
      await scene.ask(scene.size(3, 1), { executor: machine });
      machine.proxy.refuseSockets(false);
      await mustBeFound(scene);
      await mustHaveRebuilt(scene, machine);
    }
  },
};

const closedForGood: Fault = {
  name: "Realtime closes for good",
  notes: [SWEPT],
  async inject(scene) {
    const machine = await scene.machine();
    await machine.start();
    await askNowAndThen(scene, machine, 1);
    machine.proxy.refuseSockets(true);
    scene.hit(machine.proxy.cutSockets());
    await askNowAndThen(scene, machine, scene.size(4, 1));
    await mustHaveRebuilt(scene, machine);
  },
};

const off: Fault = {
  name: "Realtime is off",
  notes: [SWEPT],
  async inject(scene) {
    const machine = await scene.machine();
    await machine.start({ settings: { REALTIME: "off" } });
    scene.hit();
    await askNowAndThen(scene, machine, scene.size(4, 1));
  },
};

const TOKENS =
  "Expired tokens: the tokens of Auth are signed anew on their way to the executor, with an end in a few seconds";
const LIVES_SECONDS = 4;

/** Every token ends within seconds, and its session says that it holds for an hour. */
const expiredTokens: Fault = {
  name: "tokens that have expired",
  notes: [TOKENS, SWEPT],
  async inject(scene) {
    const machine = await signedInMachine(scene);
    machine.onCall(({ call }) => {
      if (!call.startsWith("/auth/v1/token")) return "pass";
      scene.hit();
      return { answer: (body) => shorterToken(body, scene.world.stack.jwtSecret, LIVES_SECONDS - LEEWAY_SECONDS) };
    });
    scene.atLeast(2);
    await machine.start();
    await scene.until(
      "a token has expired and another one was fetched",
      async () => {
        await askNowAndThen(scene, machine, 1);
        return scene.injected() >= 2;
      },
      PATIENCE_MS,
    );
    await mustHaveRebuilt(scene, machine);
  },
};

/** Realtime closes the channel when the token under it ends. That it does the executor hears of from the database, a minute later. */
const tokenEndsEarly: Fault = {
  name: "a token that ends under live updates",
  notes: [TOKENS, NUDGES],
  async inject(scene) {
    const machine = await signedInMachine(scene);
    machine.onCall(({ call }) => {
      if (!call.startsWith("/auth/v1/token") || scene.injected() > 0) return "pass";
      scene.hit();
      return { answer: (body) => shorterToken(body, scene.world.stack.jwtSecret, LIVES_SECONDS) };
    });
    const child = await startSubscribed(scene, machine);
    await scene.until("it has broken", async () => (await logLines(child, /live updates broke/)).length > 0);
    await askNowAndThen(scene, machine, 1);
    await mustHaveRebuilt(scene, machine);
  },
};

export const realtimeFaults: Fault[] = [
  dead,
  dropped,
  misdelivered("doubled"),
  misdelivered("reordered"),
  gap,
  expiredTokens,
  tokenEndsEarly,
  closedForAWhile,
  closedForGood,
  off,
];
