import { type FakeMode, readFakeCalls } from "../../fakes/openclaw/mode.ts";
import type { Fault } from "../fault.ts";

const PATIENCE_MS = 180_000;
const SETTINGS = { STEP_TIMEOUT_SECONDS: "3", KILL_PAUSE_SECONDS: "10" };

interface Misbehaviour {
  mode: Partial<FakeMode>;
  /** The verb that misbehaves; each call of it counts. */
  verb: string;
  /** Codes that end a request at once; without any it is tried again, and must be done when OpenClaw behaves. */
  mayEndAs?: string[];
}

function misbehaving(name: string, { mode, verb, mayEndAs = [] }: Misbehaviour): Fault {
  return {
    name,
    notes: ["An OpenClaw that misbehaves: a step may take 3 s, and the pause after one that had to be killed is 10 s"],
    isInShortPart: mayEndAs.length > 0,
    async inject(scene) {
      const machine = await scene.machine();
      machine.setMode(mode);
      // It goes on misbehaving until the last one has met it, and the first ones meet it again meanwhile.
      await scene.ask(scene.size(4, 1), { executor: machine, mayEndAs, maxAttempts: 20 });
      await machine.start({ settings: SETTINGS });
      const met = () => readFakeCalls(machine.home).filter(({ argv }) => argv.join(" ").startsWith(verb)).length;
      await scene.until(
        "each request has met it",
        async () => {
          // One that a busy machine has cut off before has been tried, and has not met it.
          if (met() === 0) return false;
          const untouched = await scene.world.query(
            `select from public.agent_provision_requests
             where project_id = $1 and not (status = 'error' or attempts > 1 or status = 'queued' and attempts = 1)`,
            [scene.projectId],
          );
          return untouched.length === 0;
        },
        PATIENCE_MS,
      );
      scene.hit(met());
      machine.setMode({});
      await scene.quiet(PATIENCE_MS);
    },
  };
}

const hanging = (ignoresSigterm: boolean) => ({ hanging: { "agents add": { ignoresSigterm } } });

export const misbehavingCli: Fault[] = [
  misbehaving("an OpenClaw that hangs", { mode: hanging(false), verb: "agents add" }),
  misbehaving("an OpenClaw that ignores SIGTERM", {
    ...{ mode: hanging(true), verb: "agents add" },
  }),
  misbehaving("an OpenClaw that lies", {
    ...{ mode: { lying: ["agents add"] }, verb: "agents add", mayEndAs: ["not_in_runtime"] },
  }),
  misbehaving("an OpenClaw that prints 100 MB", { mode: { chatty: { "agents add": 1e8 } }, verb: "agents add" }),
  misbehaving("an OpenClaw that exits with 0 and an error", {
    ...{ mode: { failingWithExitZero: { "agents add": "Out of luck" } }, verb: "agents add" },
  }),
];
