import { fileURLToPath } from "node:url";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";

const SHIM = fileURLToPath(new URL("../preloads/shift-clock.ts", import.meta.url));
const NIGHT = "9 hours";
const NIGHT_MS = 9 * 3_600_000;
const PATIENCE_MS = 240_000;
/** As many as a request has attempts, and one more. */
const NIGHTS = 4;

/** Everything is as much older as a night is long, and the database has swept meanwhile. */
async function passNight({ world, projectId }: Scene, { executorId }: Machine): Promise<void> {
  const older = [
    `update public.agent_provision_requests set requested_at = requested_at - interval '${NIGHT}',
       picked_up_at = picked_up_at - interval '${NIGHT}', run_after = run_after - interval '${NIGHT}' where project_id = $1`,
    `update public.agents set created_at = created_at - interval '${NIGHT}' where project_id = $1`,
    `update private.request_leases set lease_expires_at = lease_expires_at - interval '${NIGHT}'
     where request_id in (select id from public.agent_provision_requests where project_id = $1)`,
  ];
  // First: with its leases over, and seen just now, another scene's sweep would take it for dead.
  await world.query("update public.executors set last_seen_at = last_seen_at - $2::interval where id = $1", [
    executorId,
    NIGHT,
  ]);
  for (const sql of older) await world.query(sql, [projectId]);
  // By the function, as whenever somebody asks for something.
  await world.query("select public.fail_stuck_requests()");
}

async function isSeen({ world }: Scene, { executorId }: Machine): Promise<boolean> {
  const seen = "select from public.executors where id = $1 and last_seen_at > now() - interval '1 minute'";
  return (await world.query(seen, [executorId])).length > 0;
}

export const nightAsleep: Fault = {
  name: "nights asleep with requests waiting",
  notes: [
    `Nights: in the middle of agents add the executor is stopped (SIGSTOP), and OpenClaw waits; ${NIGHT} pass by making rows older and by a jump of the executor's clock (a module that is loaded before it); then both go on`,
  ],
  isInShortPart: true,
  async inject(scene) {
    const nights = scene.size(NIGHTS, 1);
    scene.atLeast(nights);
    const machine = await scene.machine();
    machine.setMode({}, { isGated: true });
    let fallsAsleep = Promise.withResolvers<void>();
    const isOver = Promise.withResolvers<void>();
    machine.onGate(async ({ call, when }) => {
      if (call !== "agents add" || when !== "before") return;
      fallsAsleep.resolve();
      // It sleeps too, and is ended when the executor wakes up without its lease.
      await isOver.promise;
    });
    await machine.start({ nodeArgs: ["--import", SHIM], settings: { CHAOS_CLOCK_JUMP_MS: String(NIGHT_MS) } });
    // With the attempts that the product gives: the same requests are cut off each night.
    await scene.ask(scene.size(3, 1), { executor: machine });
    for (let night = 1; night <= nights; night += 1) {
      await scene.within(fallsAsleep.promise, "OpenClaw adds an agent");
      fallsAsleep = Promise.withResolvers();
      machine.signal("SIGSTOP");
      scene.hit();
      await scene.ask(scene.size(12, 3), { executor: machine });
      await passNight(scene, machine);
      const failed = (await scene.counts()).get("error") ?? 0;
      if (failed > 0) scene.blame([`${failed} requests had failed after night ${night}`]);
      await scene.hurry();
      // It meets the one as soon as it gets the other.
      machine.signal("SIGUSR2");
      machine.signal("SIGCONT");
      await scene.until("the database has seen it again", () => isSeen(scene, machine), PATIENCE_MS);
      // What waits for the end of its backoff is cut off in the next night again.
      await scene.hurry();
    }
    isOver.resolve();
    await scene.quiet(PATIENCE_MS);
  },
};
