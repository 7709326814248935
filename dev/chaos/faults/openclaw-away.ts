import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FAKE_OPENCLAW } from "../../fakes/openclaw/sandbox.ts";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";

const PATIENCE_MS = 120_000;
/** Backoff is cut short, so that three attempts that each fail take a few seconds. */
const LONGER_THAN_ALL_ATTEMPTS_MS = 15_000;
const TOO_OLD = "2026.7.1";

/** Puts an executable of its own in its place, as an installation does. */
async function install(openclaw: string): Promise<void> {
  await writeFile(`${openclaw}.new`, `#!/bin/sh\nexec ${FAKE_OPENCLAW} "$@"\n`, { mode: 0o755 });
  await rename(`${openclaw}.new`, openclaw);
}

interface Away {
  leave(machine: Machine): Promise<void>;
  comeBack(machine: Machine): Promise<void>;
}

/** OpenClaw cannot be used from the middle of the work on, for longer than three attempts, and then can. */
function away(name: string, { leave, comeBack }: Away): Fault {
  return {
    name,
    async inject(scene: Scene) {
      const openclaw = join(scene.world.folder, `${scene.projectId}-openclaw`);
      await install(openclaw);
      const machine = await scene.machine({ openclaw });
      machine.setMode({ slow: { "agents add": 300 } });
      await machine.start();
      await scene.ask(4, { executor: machine });
      await scene.until("something runs", async () => (await scene.counts()).has("running"));
      await leave(machine);
      scene.hit();
      await scene.ask(4, { executor: machine });
      await scene.quiet(LONGER_THAN_ALL_ATTEMPTS_MS);
      await comeBack(machine);
      // In the product's own time: nobody tells the executor.
      await scene.quiet(PATIENCE_MS);
    },
  };
}

export const openclawAway: Fault[] = [
  away("OpenClaw is away for a while, as in an update", {
    leave: ({ openclaw }) => rename(openclaw, `${openclaw}.away`),
    comeBack: ({ openclaw }) => rename(`${openclaw}.away`, openclaw),
  }),
  away("OpenClaw is too old for a while", {
    async leave(machine) {
      machine.setMode({ version: TOO_OLD });
      await install(machine.openclaw);
    },
    async comeBack(machine) {
      machine.setMode({});
      await install(machine.openclaw);
    },
  }),
];
