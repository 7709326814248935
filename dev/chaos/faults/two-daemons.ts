import { readFakeAdds } from "../../fakes/openclaw/mode.ts";
import type { Fault } from "../fault.ts";
import type { Scene } from "../scene.ts";

const PATIENCE_MS = 120_000;
/** Within this time a second one on one machine has to see the first, and give up. */
const GIVES_UP_MS = 30_000;
/** Longer than the silence after which another machine may take over. */
const SILENT = "90 seconds";

const oneMachine: Fault = {
  name: "two daemons with one id on one machine",
  isInShortPart: true,
  async inject(scene) {
    const first = await scene.machine();
    const second = await scene.machine({ executorId: first.executorId, folder: first.folder });
    await first.start();
    await scene.ask(scene.size(30, 2), { executor: first });
    await second.start();
    scene.hit();
    const oneIsLeft = () => [first, second].filter((machine) => machine.isRunning()).length === 1;
    await scene.until("the second one has given up", oneIsLeft, GIVES_UP_MS).catch(() => {
      scene.blame(["Both daemons of one id go on"]);
    });
    await scene.quiet(PATIENCE_MS);
  },
};

const isSeenBefore = async (scene: Scene, executorId: string) => {
  const rows = await scene.world.query(
    "select from public.executors where id = $1 and instance_id is not null and version is not null",
    [executorId],
  );
  return rows.length > 0;
};

/** The first one sleeps; the second waits for its silence and takes over; then the first wakes up, and there are two. */
const twoMachines: Fault = {
  name: "two daemons with one id on two machines",
  notes: [`Two machines: the silence of the sleeping one is made ${SILENT} long by rewriting when it was last seen`],
  async inject(scene) {
    const old = await scene.machine();
    await old.start();
    await scene.until("the first one has reported", () => isSeenBefore(scene, old.executorId), PATIENCE_MS);
    await scene.ask(4, { executor: old });
    await scene.quiet(PATIENCE_MS);
    old.signal("SIGSTOP");
    const next = await scene.machine({ executorId: old.executorId });
    // Asked while nobody is awake, so that only the one that has taken over can do them.
    await scene.world.query("update public.executors set last_seen_at = now() - $2::interval where id = $1", [
      old.executorId,
      SILENT,
    ]);
    await scene.ask(4, { executor: next });
    await next.start();
    await scene.quiet(PATIENCE_MS);
    const heard = old.proxy.calls.length;
    old.signal("SIGCONT");
    scene.hit();
    await scene.until("the old one speaks again", () => old.proxy.calls.length > heard, PATIENCE_MS);
    const late = (await scene.ask(20, { executor: next })).map(({ agentId }) => agentId);
    await scene.quiet(PATIENCE_MS);
    // Ended or standing by, it works no more.
    const taken = readFakeAdds(old.home).filter(({ id }) => late.includes(id));
    scene.blame(taken.map(({ id }) => `${id}: was added by the old daemon, beside the one that has taken over`));
  },
};

export const twoDaemons: Fault[] = [oneMachine, twoMachines];
