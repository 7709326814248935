import type { RunningGateway } from "../../fakes/openclaw/gateway.ts";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";
import type { Asked } from "../verdict.ts";
import { askFor } from "./later-life.ts";

const PATIENCE_MS = 180_000;
const NOTE =
  "OpenClaw's gateway is a process of the stand-in: what it was asked for it goes on with when the CLI that asked has ended";

/** What a gateway is asked for, by the request that asks for it. */
const METHODS = {
  provision: "agents.create",
  set_identity: "agents.update",
  deprovision: "agents.delete",
} as const satisfies Record<Asked["kind"], string>;

interface HeldCall {
  /** The gateway has got the call, and holds it. */
  isHeld: Promise<void>;
  /** Lets the gateway go on with it. Resolves when it has done so. */
  letGo(): Promise<void>;
}

/**
 * Holds the next call of this kind in the gateway: before it has done anything, or when it has done it and said nothing.
 * `onHeld` comes first; other calls pass.
 */
function holdCall(
  machine: Machine,
  kind: Asked["kind"],
  when: "before" | "after",
  onHeld: () => Promise<void> = async () => undefined,
): HeldCall {
  const call = `gateway ${METHODS[kind]}`;
  const held = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  let state: "waits" | "holds" | "goes on" = "waits";
  machine.setMode({}, { isGated: true });
  machine.onGate(async (checkpoint) => {
    if (checkpoint.call !== call) return;
    if (state === "goes on" && checkpoint.when === "after") done.resolve();
    if (state !== "waits" || checkpoint.when !== when) return;
    state = "holds";
    await onHeld();
    held.resolve();
    await free.promise;
  });
  return {
    isHeld: held.promise,
    async letGo() {
      state = "goes on";
      free.resolve();
      if (when === "before") await done.promise;
    },
  };
}

interface Round {
  scene: Scene;
  machine: Machine;
  gateway: RunningGateway;
  when: "before" | "after";
  /** From 0. */
  round: number;
}

/** The same a few times in one home whose gateway runs, each time with another agent. */
function gatewayFault(
  name: string,
  {
    rounds,
    play,
    isInShortPart = false,
  }: { rounds: number; play(about: Round): Promise<void>; isInShortPart?: boolean },
): Fault {
  return {
    name,
    notes: [NOTE],
    isInShortPart,
    async inject(scene) {
      const all = scene.size(rounds, 1);
      scene.atLeast(all);
      const machine = await scene.machine();
      let gateway = await machine.startGateway();
      for (let round = 0; round < all; round += 1) {
        await play({ scene, machine, gateway, round, when: round % 2 === 0 ? "before" : "after" });
        await machine.stop();
        machine.heal();
        if (!gateway.isRunning()) gateway = await machine.startGateway();
      }
    },
  };
}

/** Every other time the gateway goes on only when the next executor has done it all, and everything it does comes too late. */
const killedMeanwhile = (kind: Asked["kind"]) =>
  gatewayFault(`kill -9 in the middle of ${METHODS[kind]}, which the gateway ends`, {
    rounds: 8,
    isInShortPart: kind === "provision",
    async play({ scene, machine, round, when }) {
      await askFor(scene, machine, kind, 1);
      const call = holdCall(machine, kind, when, () => machine.kill());
      await machine.start();
      await scene.within(call.isHeld, "the gateway has got the call");
      scene.hit();
      const isLate = round % 4 >= 2;
      if (!isLate) await call.letGo();
      await scene.hurry();
      await machine.start();
      await scene.quiet(PATIENCE_MS);
      if (isLate) await scene.within(call.letGo(), "the gateway has gone on");
    },
  });

/** Whether or not it has done it, the CLI does the rest, in the same attempt. */
const gatewayKilled = (kind: Asked["kind"]) =>
  gatewayFault(`the gateway is killed in the middle of ${METHODS[kind]}`, {
    rounds: 6,
    async play({ scene, machine, gateway, when }) {
      await askFor(scene, machine, kind, 1, 1);
      const call = holdCall(machine, kind, when, () => gateway.kill());
      await machine.start();
      await scene.within(call.isHeld, "the gateway has got the call");
      scene.hit();
      await scene.quiet(PATIENCE_MS, { hurries: false });
    },
  });

const HANGS = { STEP_TIMEOUT_SECONDS: "3", KILL_PAUSE_SECONDS: "10" };

/** What a call that comes too late would undo: the agent would be there again, have its old name again, or be gone again. */
const askForContrary = (scene: Scene, kind: Asked["kind"], asked: Asked[]) =>
  kind === "deprovision"
    ? scene.askAgain(asked)
    : scene.askToChange(kind === "provision" ? "deprovision" : "set_identity", asked);

/** Done, or tried and held back by what the gateway has not answered. */
const HAS_COME = `
  select from public.agent_provision_requests
  where id = any($1) and (status = 'done' or attempts > 1 or progress::text like '%not answered an earlier call%')`;

/** Every other time its process is stopped meanwhile, so that nothing of it answers. */
const gatewayHangs = (kind: Asked["kind"]) =>
  gatewayFault(`the gateway hangs in ${METHODS[kind]}, and does it when the contrary was asked for`, {
    rounds: 4,
    isInShortPart: kind === "deprovision",
    async play({ scene, machine, gateway, round }) {
      const isFrozen = round % 2 === 1;
      const asked = await askFor(scene, machine, kind, 1);
      const call = holdCall(machine, kind, "before");
      await machine.start({ settings: HANGS });
      await scene.within(call.isHeld, "the gateway has got the call");
      if (isFrozen) gateway.freeze();
      scene.hit();
      await scene.quiet(PATIENCE_MS);
      const ids = (await askForContrary(scene, kind, asked)).map(({ requestId }) => requestId);
      const hasCome = async () => {
        await scene.hurry();
        return (await scene.world.query(HAS_COME, [ids])).length === ids.length;
      };
      await scene.until("the contrary is done or waits", hasCome, PATIENCE_MS);
      if (isFrozen) gateway.thaw();
      await scene.within(call.letGo(), "the gateway has gone on");
      await scene.quiet(PATIENCE_MS);
    },
  });

const KINDS = ["provision", "set_identity", "deprovision"] as const;

export const gatewayFaults: Fault[] = [
  ...KINDS.map(killedMeanwhile),
  ...KINDS.map(gatewayKilled),
  ...KINDS.map(gatewayHangs),
];
