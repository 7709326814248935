import type { Fault } from "../fault.ts";

const NIGHT = "9 hours";
const PATIENCE_MS = 240_000;

export const nightAsleep: Fault = {
  name: "a night asleep with requests waiting",
  notes: [`A night: the executor is stopped (SIGSTOP), and ${NIGHT} pass by making rows older; then it goes on`],
  isInShortPart: true,
  async inject(scene) {
    const { world, projectId } = scene;
    const machine = await scene.machine();
    machine.setMode({ slow: { "agents add": 1000 } });
    await machine.start();
    // Some are being worked on when the lid is closed.
    await scene.ask(scene.size(3, 1), { executor: machine });
    await scene.until("something runs", async () => (await scene.counts()).has("running"));
    machine.signal("SIGSTOP");
    await scene.ask(scene.size(50, 3), { executor: machine });
    scene.hit();
    const older = [
      `update public.agent_provision_requests set requested_at = requested_at - interval '${NIGHT}',
         picked_up_at = picked_up_at - interval '${NIGHT}', run_after = run_after - interval '${NIGHT}' where project_id = $1`,
      `update public.agents set created_at = created_at - interval '${NIGHT}' where project_id = $1`,
      `update private.request_leases set lease_expires_at = lease_expires_at - interval '${NIGHT}'
       where request_id in (select id from public.agent_provision_requests where project_id = $1)`,
    ];
    for (const sql of older) await world.query(sql, [projectId]);
    await world.query("update public.executors set last_seen_at = last_seen_at - $2::interval where id = $1", [
      machine.executorId,
      NIGHT,
    ]);
    // The function sweeps meanwhile, as it does whenever somebody asks for something.
    await world.query("select public.fail_stuck_requests()");
    const failed = (await scene.counts()).get("error") ?? 0;
    if (failed > 0) scene.blame([`${failed} requests failed while the machine slept`]);
    machine.signal("SIGCONT");
    machine.setMode({});
    await scene.quiet(PATIENCE_MS);
  },
};
