import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { until } from "../stack/until.ts";
import { inventAgent } from "./invented-agent.ts";
import { type Machine, type MachineOptions, startMachine } from "./machine.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { type Asked, judge, type Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

const created = z.object({
  agents: z.array(z.object({ request: z.object({ id: z.uuid(), agent_id_short: z.string() }) })),
});
/** As many as the function takes in one call. */
const BATCH = 50;
const LATEST_MOMENT_MS = 60_000;

export interface SceneOptions {
  /** Short; begins every id and name of the scene. */
  key: string;
  random: SeededRandom;
  /** Whether this is the short part. */
  isShort: boolean;
  /** How long the faults that watch memory do so, each. */
  minutes: number;
}

/** What one fault is played in: a project, some Mac minis, the agents that were asked for, and a count of injections. */
export type Scene = Awaited<ReturnType<typeof startScene>>;

export async function startScene(world: World, { key, random, isShort, minutes }: SceneOptions) {
  const projectId = `project-${key}`;
  const machines: Machine[] = [];
  const asked: Asked[] = [];
  const blamed: string[] = [];
  const told: string[] = [];
  let injected = 0;
  let least = 1;
  await world.query("insert into public.projects (id, name) values ($1, $1)", [projectId]);

  async function ask(count: number, { executor, mayEndAs = [], maxAttempts }: AskOptions = {}): Promise<Asked[]> {
    const agents = Array.from({ length: count }, (_, index) =>
      inventAgent(`${key}-${asked.length + index + 1}`, random),
    );
    const wanted = agents.map(({ agentId, name, emoji, documents }) => ({
      ...{ project_id: projectId, agent_id_short: agentId, display_name: name, emoji, role_short: "Breaks" },
      ...{ executor: executor?.executorId, id_token: "none", agent_key: `agent:${agentId}:main` },
      documents: Object.entries(documents).map(([doc_type, content]) => ({ doc_type, content })),
    }));
    const mine: Asked[] = [];
    for (let start = 0; start < count; start += BATCH) {
      const batch = JSON.stringify(wanted.slice(start, start + BATCH));
      const [row] = await world.query("select public.create_agents($1, 'anon') as answer", [batch]);
      for (const { request } of created.parse(row?.["answer"]).agents) {
        const agent = agents.find(({ agentId }) => agentId === request.agent_id_short);
        if (agent === undefined) throw new Error(`The database made ${request.agent_id_short} of another id`);
        mine.push({ ...agent, requestId: request.id, boundTo: executor?.executorId, mayEndAs });
      }
    }
    if (maxAttempts !== undefined) {
      const ids = mine.map(({ requestId }) => requestId);
      await world.query("update public.agent_provision_requests set max_attempts = $2 where id = any($1)", [
        ids,
        maxAttempts,
      ]);
    }
    asked.push(...mine);
    return mine;
  }

  /** Backoff is the database's and takes minutes: what waits for it is due now. */
  const hurry = () =>
    world.query(
      `update public.agent_provision_requests set run_after = now()
       where project_id = $1 and status = 'queued' and run_after > now()`,
      [projectId],
    );

  const counts = async () => {
    const rows = await world.query(
      "select status, count(*)::int from public.agent_provision_requests where project_id = $1 group by 1",
      [projectId],
    );
    return new Map(rows.map(({ status, count }) => [String(status), Number(count)]));
  };

  return {
    world,
    projectId,
    random,
    minutes,
    machines,
    asked,
    ask,
    hurry,
    counts,

    /** The full run's number, or the short part's. */
    size: (full: number, short: number) => (isShort ? short : full),

    /** Says how many injections the row must count at least. */
    atLeast(count: number): void {
      least = count;
    },
    /** Counted where it is injected. */
    hit(count = 1): void {
      injected += count;
    },
    injected: () => injected,

    /** A Mac mini that the database knows already, so that agents can be bound to it; its executor is not started. */
    async machine(options: Partial<MachineOptions> = {}): Promise<Machine> {
      const name = `${key}-mac-${machines.length + 1}`;
      const machine = await startMachine(world, { name, executorId: name, projectId, ...options });
      machines.push(machine);
      // Long silent, so that nothing takes it for another process that works under this id.
      await world.query(
        `insert into public.executors (id, display_name, instance_id, last_seen_at)
         values ($1, $1, gen_random_uuid(), now() - interval '1 day') on conflict (id) do nothing`,
        [machine.executorId],
      );
      return machine;
    },

    /** Waits for what must become so. */
    until,
    /** Waits for a moment that must come. @throws Error when it has not come in time, a minute unless said */
    async within<T>(moment: Promise<T>, what: string, latestMs = LATEST_MOMENT_MS): Promise<T> {
      const over = new AbortController();
      const late = pause(latestMs, undefined, { signal: over.signal }).then(() => {
        throw new Error(`Gave up waiting until ${what}`);
      });
      late.catch(() => undefined);
      try {
        return await Promise.race([moment, late]);
      } finally {
        over.abort();
      }
    },

    /** A figure to be printed below the table. */
    tell(sentence: string): void {
      told.push(sentence);
    },
    told,
    /** Something that is wrong, and that only the fault itself could see. */
    blame(sentences: string[]): void {
      blamed.push(...sentences);
    },

    /** Waits until every request has ended, or has had `withinMs`; backoff is cut short unless said. */
    async quiet(withinMs: number, { hurries = true } = {}): Promise<void> {
      const deadline = performance.now() + withinMs;
      while (performance.now() < deadline) {
        const open = await counts();
        if (!open.has("queued") && !open.has("running")) return;
        if (hurries) await hurry();
        await pause(250);
      }
    },

    /** Stops the executors and judges. */
    async end(): Promise<{ injected: number; least: number; requests: number; verdict: Verdict }> {
      for (const machine of machines) machine.heal();
      await Promise.all(machines.map((machine) => machine.stop()));
      const verdict = await judge(world, { projectId, asked, machines });
      verdict.wrongEnd.push(...blamed);
      await Promise.all(machines.map((machine) => machine.remove()));
      return { injected, least, requests: asked.length, verdict };
    },
  };
}

interface AskOptions {
  /** The machine that is to do it; any when absent. */
  executor?: Machine;
  /** Codes of errors that are an honest end. */
  mayEndAs?: string[];
  /** So that each request outlives more deaths than the product would let it. */
  maxAttempts?: number;
}
