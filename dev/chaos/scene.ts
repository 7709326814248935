import { setTimeout as pause } from "node:timers/promises";
import { until } from "../stack/until.ts";
import { type AskTerms, askForAgents, askToRemove, askToRename } from "./ask-for-agents.ts";
import { inventAgent } from "./invented-agent.ts";
import { type Machine, type MachineOptions, startMachine } from "./machine.ts";
import { momentsOf } from "./seeded-random.ts";
import { type Asked, judge, type Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

const LATEST_MOMENT_MS = 60_000;
/** So that what is asked of an agent again outlives more deaths than the product would let it. */
const MAX_ATTEMPTS = 50;

interface AskOptions extends Pick<AskTerms, "mayEndAs" | "attempts" | "maxAttempts"> {
  /** The machine that is to do it; any when absent. */
  executor?: Machine;
}

export interface SceneOptions {
  /** Of the row. */
  name: string;
  /** Short; begins every id and name of the scene. */
  key: string;
  seed: number;
  /** Whether this is the short part. */
  isShort: boolean;
  /** How long the faults that watch memory do so, each. */
  minutes: number;
}

/** What one fault is played in: a project, some Mac minis, the agents that were asked for, and a count of injections. */
export type Scene = Awaited<ReturnType<typeof startScene>>;

export async function startScene(world: World, { name: row, key, seed, isShort, minutes }: SceneOptions) {
  const random = momentsOf(seed, row);
  const projectId = `project-${key}`;
  const machines: Machine[] = [];
  const asked: Asked[] = [];
  const blamed: string[] = [];
  const told: string[] = [];
  let injected = 0;
  let least = 1;
  await world.query("insert into public.projects (id, name) values ($1, $1)", [projectId]);

  async function ask(count: number, { executor, ...terms }: AskOptions = {}): Promise<Asked[]> {
    const agents = Array.from({ length: count }, (_, index) => {
      const number = asked.length + index + 1;
      return inventAgent(`${key}-${number}`, random(`agent ${number}`));
    });
    const mine = await askForAgents(world, agents, { projectId, boundTo: executor?.executorId, ...terms });
    asked.push(...mine);
    return mine;
  }

  /** Asks for these agents anew, as people who want them back under the ids that they had. */
  async function askAgain(agents: Asked[]): Promise<Asked[]> {
    const [first] = agents;
    if (first === undefined) return [];
    const mine = await askForAgents(world, agents, { ...first, projectId, maxAttempts: MAX_ATTEMPTS });
    asked.push(...mine);
    return mine;
  }

  /** Asks to rename, or to remove, these agents, which live. */
  async function askToChange(kind: "set_identity" | "deprovision", agents: Asked[]): Promise<Asked[]> {
    const mine: Asked[] = [];
    for (const agent of agents) {
      const ask = kind === "deprovision" ? askToRemove : askToRename;
      mine.push(await ask(world, agent, { projectId, maxAttempts: MAX_ATTEMPTS }));
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
    /** The choices of one moment of this row; those of agents are made already. */
    random,
    minutes,
    machines,
    asked,
    ask,
    askAgain,
    askToChange,
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

    /**
     * Waits until every request has ended, or none has for `withinMs`, however slow the machine is; backoff is cut short unless
     * said.
     * @returns whether every one has ended
     */
    async quiet(withinMs: number, { hurries = true } = {}): Promise<boolean> {
      let deadline = performance.now() + withinMs;
      let left = Number.POSITIVE_INFINITY;
      while (performance.now() < deadline) {
        const open = await counts();
        const now = (open.get("queued") ?? 0) + (open.get("running") ?? 0);
        if (now === 0) return true;
        if (now < left) deadline = performance.now() + withinMs;
        left = now;
        if (hurries) await hurry();
        await pause(250);
      }
      return false;
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
