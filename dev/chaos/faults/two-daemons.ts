import { readFakeAdds } from "../../fakes/openclaw/mode.ts";
import { readFakeWrites } from "../../fakes/openclaw/writes.ts";
import { logLines } from "../executor-log.ts";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";

const PATIENCE_MS = 120_000;
/** Within this time a second one on one machine has to see the first, and give up. */
const GIVES_UP_MS = 30_000;
/** Longer than the silence after which another machine may take over. */
const SILENT = "90 seconds";

const oneMachine: Fault = {
  name: "two daemons with one id on one machine",
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

const NOTE = `Two machines: the silence of the sleeping one is made ${SILENT} long by rewriting when it was last seen and until when its leases hold`;

/** As if it had slept for longer than another machine waits. */
async function silence({ world }: Scene, { executorId }: Machine): Promise<void> {
  await world.query("update public.executors set last_seen_at = last_seen_at - $2::interval where id = $1", [
    executorId,
    SILENT,
  ]);
  await world.query(
    "update private.request_leases set lease_expires_at = lease_expires_at - $2::interval where executor_id = $1",
    [executorId, SILENT],
  );
}

/** The old one has woken up beside the one that has taken over: whether it ends or stands by, it works no more. */
async function mustHaveGivenUp(scene: Scene, old: Machine, next: Machine): Promise<void> {
  const claims = () => old.proxy.calls.filter((path) => path.endsWith("/claim_provision_requests")).length;
  const child = old.processes[0];
  const hasSeen = async () =>
    child === undefined || !child.isRunning() || (await logLines(child, /another process works as/)).length > 0;
  await scene.until("the old one has seen the other", hasSeen, PATIENCE_MS).catch(() => {
    scene.blame(["The old daemon has not seen the other"]);
  });
  const before = claims();
  const late = (await scene.ask(scene.size(20, 3), { executor: next })).map(({ agentId }) => agentId);
  await scene.quiet(PATIENCE_MS);
  if (claims() > before) scene.blame([`The old daemon has claimed ${claims() - before} times beside the other`]);
  const taken = readFakeAdds(old.home).filter(({ id }) => late.includes(id));
  scene.blame(taken.map(({ id }) => `${id}: was added by the old daemon, beside the one that has taken over`));
}

/** The first one sleeps; the second waits for its silence and takes over; then the first wakes up, and there are two. */
const twoMachines: Fault = {
  name: "two daemons with one id on two machines",
  notes: [NOTE],
  async inject(scene) {
    const old = await scene.machine();
    await old.start();
    await scene.until("the first one has reported", () => isSeenBefore(scene, old.executorId), PATIENCE_MS);
    await scene.ask(4, { executor: old });
    await scene.quiet(PATIENCE_MS);
    old.signal("SIGSTOP");
    const next = await scene.machine({ executorId: old.executorId });
    await silence(scene, old);
    // Asked while nobody is awake, so that only the one that has taken over can do them.
    await scene.ask(4, { executor: next });
    await next.start();
    await scene.quiet(PATIENCE_MS);
    old.signal("SIGCONT");
    scene.hit();
    await mustHaveGivenUp(scene, old, next);
  },
};

/** The same in the middle of an add: what the first one had begun the second one does, and the first must not go on with it. */
const takeOver: Fault = {
  name: "a second daemon takes over in the middle of agents add",
  notes: [NOTE, "A take-over: the add of the sleeping machine sleeps with it, at the stand-in's gate"],
  isInShortPart: true,
  async inject(scene) {
    const [isAdding, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const old = await scene.machine();
    old.setMode({}, { isGated: true });
    old.onGate(async ({ call, when }) => {
      if (call !== "agents add" || when !== "before") return;
      isAdding.resolve();
      await awake.promise;
    });
    await scene.ask(scene.size(4, 1), { executor: old, maxAttempts: 20 });
    await old.start();
    await scene.within(isAdding.promise, "OpenClaw adds an agent");
    old.signal("SIGSTOP");
    scene.hit();
    await silence(scene, old);
    const next = await scene.machine({ executorId: old.executorId });
    await next.start();
    await scene.quiet(PATIENCE_MS);
    old.signal("SIGCONT");
    // Work of a lease that is over must be ended; when nobody does so, it goes on.
    const isEnded = () => readFakeWrites(old.home).every(({ endedAt }) => endedAt !== undefined);
    await scene.until("the old daemon has ended its add", isEnded, GIVES_UP_MS).catch(() => undefined);
    awake.resolve();
    await mustHaveGivenUp(scene, old, next);
  },
};

export const twoDaemons: Fault[] = [oneMachine, twoMachines, takeOver];
