import { z } from "zod";
import { ago } from "./ago.ts";
import {
  ALIVE_SECONDS,
  errorResult,
  MAIN_AGENT_KEY,
  type RequestStep,
  runtimeAgent,
  STEPS_OF,
  stepProgress,
} from "./contract.ts";

/** Rows of the tables, or more of them than is needed here. Times are ISO 8601, jsonb columns may hold anything. */
export type BadgeFacts = {
  agent: { agent_key: string; agent_id_short: string | null; provisioned: boolean; executor_id: string | null };
  /** The newest request of this agent, of any kind; null when there is none. */
  request: {
    kind: string;
    status: string;
    progress: unknown;
    result: unknown;
    completed_at: string | null;
    attempts: number;
    max_attempts: number;
    executor_id: string | null;
  } | null;
  executors: readonly { id: string; display_name: string; last_seen_at: string; problem: unknown }[];
  runtimes: readonly { executor_id: string; agents: unknown; published_at: string | null }[];
  /** The database's time as well as the caller knows it: it decides who is alive. */
  now: Date;
};

/** Where the agent lives, or is to live. Of several executors that may be it, the one that was seen last speaks. */
export type Home = {
  name: string;
  alive: boolean;
  lastSeenAt: string | undefined;
  /** `3 h ago`; undefined when no executor ever reported. */
  lastSeen: string | undefined;
  /** Why none of those that are there takes requests. */
  problem: Problem | undefined;
  runtimes: BadgeFacts["runtimes"];
};

/** As `executors.problem` has it; the code may be one of a later version. */
const executorProblem = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });
export type Problem = z.infer<typeof executorProblem>;

/** Why an executor takes no requests, as its row has it. */
export function readProblem(problem: unknown): Problem | undefined {
  return executorProblem.safeParse(problem).data;
}

/** Whether an executor that was seen at this time is there. */
export function isAlive(lastSeenAt: string, now: Date): boolean {
  return now.getTime() - Date.parse(lastSeenAt) < ALIVE_SECONDS * 1000;
}

/** The executor that an agent is bound to; null when any may take it. */
export function homeIdOf({ agent, request }: Pick<BadgeFacts, "agent" | "request">): string | null {
  return request?.executor_id ?? agent.executor_id;
}

/** Whether a list was made after the last thing that was done for the agent, so that it says something about it. */
export function isListedSince(publishedAt: string | null, request: BadgeFacts["request"]): boolean {
  const completedAt = request?.status === "done" ? request.completed_at : null;
  return publishedAt !== null && (completedAt === null || Date.parse(publishedAt) >= Date.parse(completedAt));
}

export function homeOf({ agent, request, executors, runtimes, now }: BadgeFacts): Home {
  const id = homeIdOf({ agent, request });
  const candidates = id === null ? executors : executors.filter((executor) => executor.id === id);
  const latest = candidates.toSorted((a, b) => Date.parse(b.last_seen_at) - Date.parse(a.last_seen_at))[0];
  const seen = latest && new Date(latest.last_seen_at);
  const alive = candidates.filter(({ last_seen_at }) => isAlive(last_seen_at, now));
  const problems = alive.flatMap(({ problem }) => readProblem(problem) ?? []);
  // An executor that was given no name reports its id, which nobody knows their machine by.
  const named = candidates.length === 1 && latest !== undefined && latest.display_name !== latest.id;
  return {
    name: named ? latest.display_name : "Mac mini",
    alive: alive.length > 0,
    lastSeenAt: latest?.last_seen_at,
    lastSeen: seen && ago(seen, now),
    problem: problems.length === alive.length ? problems[0] : undefined,
    runtimes: id === null ? runtimes : runtimes.filter((runtime) => runtime.executor_id === id),
  };
}

const stepList = z.array(stepProgress).catch([]);

/** Which step of a provision is being worked on, from 1. Between two steps it is the one that comes next. */
export function currentStep(progress: unknown): number {
  const steps = stepList.parse(progress);
  const ofProvision: readonly RequestStep[] = STEPS_OF.provision;
  const current = steps.find(({ state }) => state !== "done")?.step;
  return current ? ofProvision.indexOf(current) + 1 : Math.min(steps.length + 1, ofProvision.length);
}

const storedError = errorResult.pick({ message: true }).extend({ code: z.string() }).catch({ code: "", message: "" });

/** Code and message of a request that ended as error; empty and undefined when its result does not say. */
export function readError(result: unknown): { code: string; message: string | undefined } {
  const { code, message } = storedError.parse(result);
  return { code, message: message || undefined };
}

const runtimeList = z.array(runtimeAgent.pick({ id: true, isDefault: true })).catch([]);
type RuntimeList = { ids: ReadonlySet<string>; defaultId: string | undefined };
const readLists = new WeakMap<object, RuntimeList>();

/** Whether this is the agent that OpenClaw calls its default, under whatever id. */
export function isMain(agentKey: string): boolean {
  return agentKey === "trunks" || agentKey === MAIN_AGENT_KEY;
}

/** The id under which a runtime list names this agent; undefined when it does not. */
export function listedId(agents: unknown, { agent_key, agent_id_short }: BadgeFacts["agent"]): string | undefined {
  if (typeof agents !== "object" || agents === null) return undefined;
  // Hundreds of agents ask the same list.
  const listed = readLists.get(agents) ?? readList(agents);
  readLists.set(agents, listed);
  if (isMain(agent_key)) return listed.defaultId;
  const id = agent_id_short ?? agent_key.split(":")[1] ?? "";
  return listed.ids.has(id) ? id : undefined;
}

function readList(agents: object): RuntimeList {
  const list = runtimeList.parse(agents);
  return { ids: new Set(list.map(({ id }) => id)), defaultId: list.find(({ isDefault }) => isDefault)?.id };
}
