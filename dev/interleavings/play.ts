import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@supabase/supabase-js";
import fc from "fast-check";
import { type Machine, startMachine } from "../chaos/machine.ts";
import type { World } from "../chaos/world.ts";
import { until } from "../stack/until.ts";
import { documentOnBothSides } from "./document-on-both-sides.ts";
import { type Act, DOCUMENTS_AT_ONCE, type MachineMove, type Plan, plan } from "./plan.ts";
import { emptyTally, type Tally } from "./tally.ts";

const PROJECT = "interleavings";
/** A batch of documents under two busy cores is quiet after some 3 s. */
const QUIET_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 15;
const SETTLE_APART_MS = 50;
/** What says something of a document, and is said again when its answer is lost. */
const SAID =
  /\/(save_document_from_disk|acknowledge_documents?|keep_displaced_document|read_documents|list_documents)$/;

interface Options {
  seed: number;
  /** How many documents are played, rounded up to whole batches. */
  interleavings: number;
  onBatch?: (tally: Tally) => void;
}

/**
 * Plays seeded interleavings of saves, edits on disk, kills and restarts, some documents at once on one executor.
 * @throws Error that names the seed, for a text that is lost, half a file, an echo, or a document that comes to no rest
 */
export async function playInterleavings(world: World, { seed, interleavings, onBatch }: Options): Promise<Tally> {
  const tally = emptyTally();
  const headers = await signIn(world);
  await world.query("insert into public.projects (id, name) values ($1, $1) on conflict do nothing", [PROJECT]);
  let batch = 0;
  // Not assert, which prints the plan of a whole batch.
  const ended = await fc.check(
    fc.asyncProperty(plan, async (shape) => {
      batch += 1;
      await playBatch(world, shape, { name: `batch-${batch}`, headers, tally });
      onBatch?.(tally);
    }),
    { seed, numRuns: Math.ceil(interleavings / DOCUMENTS_AT_ONCE), endOnFailure: true },
  );
  if (ended.failed) {
    const { errorInstance: cause } = ended;
    throw new Error(`Seed ${seed}, batch ${batch}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return tally;
}

async function signIn({ stack }: World): Promise<Record<string, string>> {
  const account = { email: "interleavings@example.com", password: "a long password" };
  await stack.auth.createUser(account);
  const client = createClient(stack.apiUrl, stack.publishableKey, { auth: { persistSession: false } });
  const { data, error } = await client.auth.signInWithPassword(account);
  if (error) throw error;
  return { apikey: stack.publishableKey, authorization: `Bearer ${data.session.access_token}` };
}

interface Batch {
  name: string;
  headers: Record<string, string>;
  tally: Tally;
}

async function playBatch(world: World, { types, acts }: Plan, batch: Batch): Promise<void> {
  const { name, tally } = batch;
  const machine = await startMachine(world, { name, executorId: name, projectId: PROJECT });
  try {
    const players = await Promise.all(
      types.map((type, nth) => settleIn(world, machine, { agentId: `${name}-${nth}`, type, ...batch })),
    );
    await startUp(machine);
    const ended = new AbortController();
    const watching = watch(players, ended.signal);
    try {
      for (const act of acts) await Promise.race([watching, playAct(machine, players, act, tally)]);
    } finally {
      ended.abort();
      await watching;
    }
    await expectNoEcho(world, machine);
    const losses = (await Promise.all(players.map((player) => player.losses()))).flat();
    if (losses.length > 0) throw new Error(losses.join("\n"));
    tally.interleavings += players.length;
    const [row] = await world.query(
      "select count(*)::int as conflicts from public.brain_doc_versions where conflict and author = $1",
      [`executor:${name}`],
    );
    tally.conflicts += Number(row?.["conflicts"]);
  } finally {
    await machine.stop();
    await machine.remove();
  }
}

async function playAct(machine: Machine, players: Players, { documents, machine: moves }: Act, tally: Tally) {
  await Promise.all([
    ...players.map(async (player, nth) => {
      const { pages = [], file = [] } = documents[nth] ?? {};
      await player.changeRow({ move: "settle", thinks: nth * SETTLE_APART_MS });
      await Promise.all([...pages.map((steps) => inTurn(steps, player.changeRow)), inTurn(file, player.changeFile)]);
    }),
    playMachine(machine, moves, tally),
  ]);
  await comeToRest(players);
}

type Home = Batch & { agentId: string; type: Plan["types"][number] };

/** An agent that is live on this machine, with a folder and without documents. */
async function settleIn(world: World, machine: Machine, { agentId, type, headers, tally }: Home) {
  const workspace = join(machine.home, ".openclaw", `workspace-${agentId}`);
  const scratch = join(machine.folder, "scratch");
  await mkdir(workspace, { recursive: true });
  await mkdir(scratch, { recursive: true });
  await world.query(
    `insert into public.agents (project_id, agent_key, name, agent_id_short, provisioned, executor_id, workspace_path)
     values ($1, $2, $3, $3, true, $4, $5)`,
    [PROJECT, `agent:${agentId}:main`, agentId, machine.executorId, workspace],
  );
  const player = documentOnBothSides({
    url: `${world.stack.apiUrl}/functions/v1/provision-agent/projects/${PROJECT}/agents/agent:${agentId}:main/files/${type}`,
    ...{ headers, workspace, scratch, agentId, type, tally },
    today: new Date().toLocaleDateString("sv", { timeZone: "UTC" }),
    query: world.query,
  });
  await player.prepare();
  return player;
}

type Players = ReturnType<typeof documentOnBothSides>[];

async function watch(players: Players, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const player of players) await player.look();
    await pause(LOOK_EVERY_MS);
  }
}

async function playMachine(machine: Machine, steps: Act["machine"], tally: Tally): Promise<void> {
  const moves: Record<MachineMove, () => Promise<void>> = {
    kill: async () => {
      tally.kills += 1;
      await machine.kill();
      await startUp(machine);
    },
    restart: async () => {
      tally.restarts += 1;
      await machine.stop();
      await startUp(machine);
    },
    "lose answers": async () => {
      let left = 3;
      machine.proxy.setFaults((path) => {
        if (left === 0 || !SAID.test(path)) return "pass";
        left -= 1;
        tally.lostAnswers += 1;
        return "lose answer";
      });
    },
  };
  await inTurn(steps, ({ move }) => moves[move]());
}

async function inTurn<Step extends { after: number }>(steps: Step[], play: (step: Step) => Promise<void>) {
  for (const step of steps) {
    await pause(step.after);
    await play(step);
  }
}

const looks = ({ proxy }: Machine) => proxy.calls.filter((path) => path.endsWith("/list_documents")).length;

/** One that is killed before it has looked at anything would be no test. */
async function startUp(machine: Machine): Promise<void> {
  const before = looks(machine);
  await machine.start();
  await until("the executor looks at documents", () => looks(machine) > before);
}

async function comeToRest(players: Players): Promise<void> {
  const unrest = async () => {
    const reasons = await Promise.all(players.map((player) => player.unrest()));
    return reasons.flatMap((reason, nth) => (reason === undefined ? [] : [`document ${nth}: ${reason}`]));
  };
  try {
    await until("everything is at rest", async () => (await unrest()).length === 0, QUIET_WITHIN_MS);
  } catch (cause) {
    throw new Error((await unrest()).join("\n"), { cause });
  }
}

/** At rest nothing is written any more, however often the executor looks. */
async function expectNoEcho(world: World, machine: Machine): Promise<void> {
  const state = async () =>
    JSON.stringify(
      await world.query(
        `select (select max(id) from public.brain_doc_versions) as version, sum(d.revision) as revisions, max(k.synced_at) as synced
         from public.brain_docs as d left join public.brain_doc_disk as k on k.doc_id = d.id
         where k.executor_id = $1`,
        [machine.executorId],
      ),
    );
  const before = await state();
  const enough = looks(machine) + 3;
  await until("the executor has looked three times more", () => looks(machine) >= enough);
  const after = await state();
  if (after !== before) throw new Error(`Nothing changed, and something was written: ${before} became ${after}`);
  const twice = await world.query(
    `select v.agent_key, v.revision from public.brain_doc_versions as v
     join public.brain_doc_versions as before on before.doc_id = v.doc_id and before.revision = v.revision - 1
     where v.sha256 = before.sha256 and v.doc_date is not distinct from before.doc_date`,
  );
  if (twice.length > 0) throw new Error(`Saved twice in a row: ${JSON.stringify(twice)}`);
}
