import { z } from "zod";
import { type Badge, type BadgeState, type BadgeTone, badgeOf, homeIdOf, isListedSince, listedId } from "#badge";
import { agentIdShort, DEFAULT_EMOJI, MAIN_AGENT_ID, type RuntimeAgent, runtimeAgent } from "#contract";
import { executorLabel } from "../../lib/fleet/executor-label.ts";
import { errorOf } from "../../lib/fleet/request-steps.ts";
import type { AgentRow, ExecutorRow, ProjectRow, RequestRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { viewId } from "../../lib/fleet/view-id.ts";

/** How OpenClaw's list and the database's rows stand to each other, in the order in which a filter offers them. */
export const RUNTIME_STATES = [
  { id: "only_here", label: "Only here" },
  { id: "only_there", label: "Only there" },
  { id: "on_its_way", label: "On its way" },
  { id: "in_sync", label: "In sync" },
] as const;
export type RuntimeState = (typeof RUNTIME_STATES)[number]["id"];

/** Of what is only here the badge says whether it should be there. */
const TONES = { only_there: "neutral", on_its_way: "info", in_sync: "success" } as const;

/** What a person can do about it. An agent may be adopted into any of the projects. */
export type RuntimeAction =
  | { kind: "retry"; label: string; request: RequestRow }
  | { kind: "provision"; label: string; agent: AgentRow }
  | { kind: "adopt"; agentId: string; projects: readonly ProjectRow[] };

export type ComparedAgent = {
  /** Unique on its executor. */
  id: string;
  state: RuntimeState;
  tone: BadgeTone | "neutral";
  name: string;
  emoji: string;
  /** As OpenClaw has it, or is to have it. */
  agentId: string;
  /** OpenClaw made it itself. */
  isDefault: boolean;
  /** Undefined: nobody here knows it. */
  agent: AgentRow | undefined;
  /** More about the state than its name says. */
  note: string | undefined;
  action: RuntimeAction | undefined;
};

export type ComparedTables = {
  executor: ExecutorRow;
  agents: readonly AgentRow[];
  /** The newest request of each agent, by viewId. */
  newest: ReadonlyMap<string, RequestRow>;
  executors: readonly ExecutorRow[];
  runtimes: readonly RuntimeRow[];
  projects: readonly ProjectRow[];
  /** Whether the person may change what belongs to this project. */
  mayChange: (projectId: string) => boolean;
  now: Date;
};

type Known = { agent: AgentRow; request: RequestRow | null; entry: RuntimeAgent | undefined };

const runtimeList = z.array(runtimeAgent).catch([]);

/** Every agent that the executor lists or the database binds to it, what asks for a person first. */
export function compareRuntime(tables: ComparedTables): ComparedAgent[] {
  const { executor, runtimes } = tables;
  const runtime = runtimes.find(({ executor_id }) => executor_id === executor.id);
  const entries = new Map(runtimeList.parse(runtime?.agents ?? []).map((entry) => [entry.id, entry]));
  const known = knownAgents(tables, runtime, entries);
  const claimed = new Set(known.map(({ entry }) => entry?.id));
  const strangers = [...entries.values()].filter(({ id }) => !claimed.has(id));
  const compared = [
    ...known.map((one) => compareKnown(one, tables, runtime)),
    ...strangers.map((entry) => compareStranger(entry, tables)),
  ];
  const order = RUNTIME_STATES.map(({ id }) => id);
  return compared.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name, "en"));
}

/** The agents bound to the executor, and of those that are bound to none the ones that it lists. An entry belongs to one. */
function knownAgents(
  { executor, agents, newest }: ComparedTables,
  runtime: RuntimeRow | undefined,
  entries: ReadonlyMap<string, RuntimeAgent>,
): Known[] {
  const claimed = new Set<string>();
  const known: Known[] = [];
  // Of two projects' agents with one id the live one is the one that is listed.
  for (const agent of agents.toSorted((a, b) => Number(b.provisioned) - Number(a.provisioned))) {
    const request = newest.get(viewId(agent)) ?? null;
    const home = homeIdOf({ agent, request });
    if (home !== null && home !== executor.id) continue;
    const id = listedId(runtime?.agents, agent);
    const entry = id === undefined || claimed.has(id) ? undefined : entries.get(id);
    if (entry !== undefined) claimed.add(entry.id);
    if (home !== null || entry !== undefined) known.push({ agent, request, entry });
  }
  return known;
}

function compareKnown(known: Known, tables: ComparedTables, runtime: RuntimeRow | undefined): ComparedAgent {
  const { agent, request, entry } = known;
  const { executors, runtimes, now } = tables;
  const badge = badgeOf({ agent, request, executors, runtimes, now });
  const isSince = isListedSince(runtime?.published_at ?? null, request);
  const state = stateOf(badge, { agent, isListed: entry !== undefined, isSince });
  const about = {
    id: viewId(agent),
    state,
    tone: state === "only_here" ? badge.tone : TONES[state],
    name: agent.name,
    emoji: agent.emoji ?? DEFAULT_EMOJI,
    agentId: entry?.id ?? runtimeId(agent),
    isDefault: entry?.isDefault ?? false,
    agent,
  };
  if (state === "only_there" && entry !== undefined && !isWorthRetrying(badge, request)) {
    const note = badge.state === "adoptable" ? "Not adopted yet" : badge.label;
    return { ...about, note, action: undefined, ...adoptionOf(entry, tables, agent) };
  }
  const notes = [noteOf(badge, state, isSince), entry && differenceOf(agent, entry)];
  return {
    ...about,
    note: notes.filter((note) => note !== undefined).join(" · ") || undefined,
    action: tables.mayChange(agent.project_id) ? actionOf(badge, known) : undefined,
  };
}

/** One that no row of this executor speaks of. */
function compareStranger(entry: RuntimeAgent, tables: ComparedTables): ComparedAgent {
  const { id: agentId, isDefault } = entry;
  return {
    id: `listed/${agentId}`,
    state: "only_there",
    tone: TONES.only_there,
    name: entry.name || agentId,
    emoji: entry.emoji || DEFAULT_EMOJI,
    agentId,
    isDefault,
    agent: undefined,
    note: isDefault ? undefined : "Not set up from here",
    action: undefined,
    ...adoptionOf(entry, tables, undefined),
  };
}

const ON_ITS_WAY: ReadonlySet<BadgeState> = new Set<BadgeState>([
  "queued",
  "waiting",
  "provisioning",
  "adopting",
  "saving_identity",
  "removing",
]);
/** Before the row of the agent says so too: it reaches the page after its request. */
const LIVE: ReadonlySet<BadgeState> = new Set<BadgeState>(["live", "missing", "unconfirmed"]);

function stateOf(
  { state }: Badge,
  { agent, isListed, isSince }: { agent: AgentRow; isListed: boolean; isSince: boolean },
): RuntimeState {
  if (ON_ITS_WAY.has(state)) return "on_its_way";
  if (!LIVE.has(state) && !agent.provisioned) return isListed ? "only_there" : "only_here";
  if (isListed) return "in_sync";
  return isSince ? "only_here" : "on_its_way";
}

function noteOf(badge: Badge, state: RuntimeState, isSince: boolean): string | undefined {
  switch (badge.state) {
    case "live":
      return undefined;
    case "missing":
      return "OpenClaw does not list it any more";
    case "unconfirmed":
      if (state === "in_sync") return undefined;
      return isSince ? "The last list lacks it" : "No list since it was set up";
    case "absent":
      return "Never set up";
    default:
      return badge.label;
  }
}

/** Where OpenClaw's word for it is another one. What OpenClaw has no word for differs in nothing. */
function differenceOf(agent: AgentRow, { name, emoji }: RuntimeAgent): string | undefined {
  const otherName = name !== "" && name !== agent.name;
  const otherEmoji = emoji !== "" && emoji !== (agent.emoji ?? DEFAULT_EMOJI);
  if (!otherName && !otherEmoji) return undefined;
  return `OpenClaw calls it ${[otherEmoji && emoji, otherName && `“${name}”`].filter(Boolean).join(" ")}`;
}

/** What the badge offers, but for adoption, which depends on the list. */
function actionOf({ action }: Badge, { agent, request }: Known): RuntimeAction | undefined {
  if (action?.kind === "retry" && request !== null) return { kind: "retry", label: action.label, request };
  if (action?.kind === "provision") return { kind: "provision", label: action.label, agent };
  return undefined;
}

/** Whether what failed goes on where it stopped. OpenClaw's own agent of this id stops a set-up every time. */
function isWorthRetrying({ state, action }: Badge, request: RequestRow | null): boolean {
  if (action?.kind !== "retry" || state === "cancelled" || request === null) return false;
  return errorOf(request)?.code !== "agent_id_taken";
}

/** The way to take it over, or why there is none. `agent` is its row, when there is one. */
function adoptionOf(
  entry: RuntimeAgent,
  tables: ComparedTables,
  agent: AgentRow | undefined,
): { note: string } | { action: RuntimeAction } | undefined {
  const { id, isDefault, workspace } = entry;
  if (!isDefault && !agentIdShort.safeParse(id).success) {
    return { note: "Cannot be adopted: its id is not one that an agent may have here" };
  }
  const home = `${(tables.executor.workspace_root ?? "").replace(/\/+$/, "")}/workspace-${id}`;
  if (!isDefault && workspace !== home) return { note: `Cannot be adopted: its folder is ${workspace}, not ${home}` };

  const changeable = tables.projects.filter((project) => tables.mayChange(project.id));
  const wanted = agent === undefined ? changeable : changeable.filter((project) => project.id === agent.project_id);
  const namesakes = new Map(
    wanted.flatMap((project) => {
      const held = namesakeIn(project.id, isDefault ? MAIN_AGENT_ID : id, tables);
      return held === undefined ? [] : [[project.id, held] as const];
    }),
  );
  const projects = wanted.filter((project) => !namesakes.has(project.id));
  if (projects.length > 0) return { action: { kind: "adopt", agentId: id, projects } };
  const [held] = namesakes.values();
  if (held === undefined) return undefined;
  const place = tables.executors.find((executor) => executor.id === held.executor_id);
  return { note: `Cannot be adopted: ${held.name} has this id on ${place ? executorLabel(place) : "another Mac"}` };
}

/** The project's own agent with this id that lives, or is about to live, somewhere else. */
function namesakeIn(projectId: string, id: string, { agents, newest }: ComparedTables): AgentRow | undefined {
  return agents.find((agent) => {
    if (agent.project_id !== projectId || runtimeId(agent) !== id) return false;
    const status = newest.get(viewId(agent))?.status;
    return (agent.provisioned && agent.executor_id !== null) || status === "queued" || status === "running";
  });
}

function runtimeId({ agent_id_short, agent_key }: AgentRow): string {
  return agent_id_short ?? agent_key.split(":")[1] ?? "";
}
