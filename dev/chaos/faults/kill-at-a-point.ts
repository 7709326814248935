import type { Fault as CallFault } from "../../testing/flaky-proxy.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";
import type { Asked } from "../verdict.ts";
import { askFor } from "./later-life.ts";

/** Where the executor is killed: before the database or OpenClaw does what it is asked for, or when it has done it and nobody heard. */
interface Point {
  call: string;
  step?: string;
  when: "before" | "after";
}

/** How late a kill may come, in ms: long enough to fall into what follows the point. */
const LATEST_MS = 8;
const KILLS = 15;
const PATIENCE_MS = 180_000;

interface Killed {
  /** What is under way; setting up unless said. */
  kind?: Asked["kind"];
  isInShortPart?: boolean;
}

/** The executor does one request at a time, and is killed once at one of these points for each of them. */
function killAt(
  name: string,
  points: [Point, ...Point[]],
  { kind = "provision", isInShortPart = true }: Killed = {},
): Fault {
  return {
    name,
    isInShortPart,
    async inject(scene) {
      const kills = scene.size(KILLS, 1);
      scene.atLeast(kills);
      const machine = await scene.machine();
      await askFor(scene, machine, kind, kills);
      machine.setMode({}, { isGated: true });
      for (let killed = 0; killed < kills; killed += 1) {
        const random = scene.random(`kill ${killed + 1}`);
        const reached = armKill(scene, machine, random.pick(points), random.whole(0, LATEST_MS));
        await machine.start({ settings: { CONCURRENCY: "1" } });
        await scene.within(reached, `the executor has come to one of the points of: ${name}`);
        await scene.hurry();
      }
      machine.heal();
      await machine.start();
      await scene.quiet(PATIENCE_MS);
    },
  };
}

/** Resolves when the executor has come to the point and is dead. What it had started goes on without it. */
function armKill(scene: Scene, machine: Machine, point: Point, lateMs: number): Promise<void> {
  const dead = Promise.withResolvers<void>();
  let isArmed = true;
  const isHere = ({ call, step }: Checkpoint) =>
    isArmed && call === point.call && (point.step === undefined || point.step === step);
  const kill = async () => {
    isArmed = false;
    scene.hit();
    await machine.kill().then(dead.resolve, dead.reject);
  };
  machine.onCall((checkpoint): CallFault => {
    if (!isHere(checkpoint)) return "pass";
    if (point.when === "after") return { late: kill };
    void kill();
    return "cut";
  });
  machine.onGate(async (checkpoint) => {
    if (!isHere(checkpoint) || checkpoint.when !== point.when) return;
    isArmed = false;
    // The call goes on meanwhile, so that the executor dies in the middle of it or of what it does next.
    setTimeout(kill, lateMs);
  });
  return dead.promise;
}

const rpc = (call: string, when: Point["when"], step?: string): Point => ({ call, when, ...(step && { step }) });

export const killsAtPoints: Fault[] = [
  killAt("kill -9 before the claim's reply", [rpc("claim_provision_requests", "after")]),
  killAt("kill -9 after the claim's reply", [rpc("renew_provision_lease", "before", "workspace")]),
  killAt("kill -9 in the step workspace", [
    rpc("read_request_documents", "before"),
    rpc("read_request_documents", "after"),
    rpc("acknowledge_document", "before"),
    rpc("acknowledge_document", "after"),
    rpc("agents list", "before", "workspace"),
  ]),
  killAt("kill -9 in the step add", [
    rpc("renew_provision_lease", "after", "add"),
    rpc("agents add", "before", "add"),
    rpc("agents add", "after", "add"),
  ]),
  killAt("kill -9 in the step identity", [
    rpc("renew_provision_lease", "before", "identity"),
    rpc("agents set-identity", "before", "identity"),
    rpc("agents set-identity", "after", "identity"),
  ]),
  killAt("kill -9 in the step verify", [
    rpc("renew_provision_lease", "after", "verify"),
    rpc("agents list", "before", "verify"),
    rpc("agents list", "after", "verify"),
    rpc("--version", "before", "verify"),
  ]),
  killAt("kill -9 between the CLI and settling", [rpc("complete_provision_request", "before")]),
  killAt("kill -9 while it settles", [rpc("complete_provision_request", "after")]),
];

/** Of what is asked of an agent that lives; each step, and the end. */
function killsInLaterLife(kind: "set_identity" | "deprovision", steps: Record<string, [Point, ...Point[]]>): Fault[] {
  const rows = Object.entries(steps).map(([step, points]) =>
    killAt(`kill -9 in the step ${step} of ${kind}`, points, { kind, isInShortPart: step === "remove" }),
  );
  const settling: [Point, Point] = [
    rpc("complete_provision_request", "before"),
    rpc("complete_provision_request", "after"),
  ];
  return [...rows, killAt(`kill -9 while ${kind} settles`, settling, { kind, isInShortPart: false })];
}

const around = (call: string, step: string): [Point, Point] => [rpc(call, "before", step), rpc(call, "after", step)];

export const killsInLaterLives: Fault[] = [
  ...killsInLaterLife("set_identity", {
    workspace: [...around("renew_provision_lease", "workspace"), ...around("agents list", "workspace")],
    identity: [
      ...around("renew_provision_lease", "identity"),
      ...around("agents set-identity", "identity"),
      ...around("save_request_document", "identity"),
    ],
    verify: [...around("agents list", "verify"), rpc("--version", "before", "verify")],
  }),
  ...killsInLaterLife("deprovision", {
    workspace: [...around("renew_provision_lease", "workspace"), ...around("agents list", "workspace")],
    remove: [...around("renew_provision_lease", "remove"), ...around("agents delete", "remove")],
    verify: [...around("agents list", "verify"), rpc("--version", "before", "verify")],
  }),
];
