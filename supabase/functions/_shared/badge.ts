/**
 * What a page says of an agent in a few words, and where it counts it. Nothing here reads a clock, asks a server or
 * changes anything: rows go in as the database holds them, words come out.
 */
import { pointInTime } from "./ago.ts";
import {
  type BadgeFacts,
  currentStep,
  type Home,
  homeIdOf,
  homeOf,
  isAlive,
  isListedSince,
  isMain,
  listedId,
  type Problem,
  readError,
  readProblem,
} from "./badge-facts.ts";
import { STEPS_OF } from "./contract.ts";
import { SHORT_REASONS } from "./short-reasons.ts";

export { type BadgeFacts, homeIdOf, isAlive, isListedSince, isMain, listedId, type Problem, readError, readProblem };

/** The groups of the filter, in the order in which a page offers them. Each badge is in exactly one. */
export const BADGE_GROUPS = [
  { id: "live", label: "Live" },
  { id: "working", label: "Working on it" },
  { id: "waiting", label: "Waiting" },
  { id: "attention", label: "Needs attention" },
  { id: "absent", label: "Not on a Mac" },
] as const;
export type BadgeGroup = (typeof BADGE_GROUPS)[number]["id"];

export type BadgeTone = "info" | "success" | "warning" | "danger" | "muted";

const STATES = {
  queued: { group: "working", tone: "info" },
  waiting: { group: "waiting", tone: "warning" },
  provisioning: { group: "working", tone: "info" },
  failed: { group: "attention", tone: "danger" },
  cancelled: { group: "absent", tone: "muted" },
  live: { group: "live", tone: "success" },
  missing: { group: "attention", tone: "danger" },
  unconfirmed: { group: "live", tone: "muted" },
  adoptable: { group: "live", tone: "success" },
  adopting: { group: "working", tone: "info" },
  adoption_failed: { group: "attention", tone: "warning" },
  absent: { group: "absent", tone: "muted" },
  saving_identity: { group: "live", tone: "info" },
  identity_failed: { group: "attention", tone: "warning" },
  removing: { group: "working", tone: "info" },
  removal_failed: { group: "attention", tone: "warning" },
} as const satisfies Record<string, { group: BadgeGroup; tone: BadgeTone }>;
export type BadgeState = keyof typeof STATES;

/** What a person can do about it. `retry` is about the agent's newest request, `provision` and `adopt` about the agent. */
export type BadgeAction =
  | { kind: "retry" | "provision"; label: string }
  /** `agentId` is what the executor's OpenClaw calls it. */
  | { kind: "adopt"; label: string; executorId: string; agentId: string };

export type Badge = {
  state: BadgeState;
  group: BadgeGroup;
  tone: BadgeTone;
  label: string;
  /** One more sentence, for a tooltip or the agent's own page. */
  detail?: string;
  action?: BadgeAction;
  /** Why the executor that it waits for takes no requests. */
  problem?: Problem;
};

const RETRY: BadgeAction = { kind: "retry", label: "Retry" };

/**
 * The badge of one agent. What its newest request says comes first, then whether a runtime list confirms it. Jsonb that
 * is not as the contract has it counts as empty.
 */
export function badgeOf(facts: BadgeFacts): Badge {
  const { request } = facts;
  const home = homeOf(facts);
  if (request === null || request.status === "done") return settledBadge(facts, home);

  if (request.kind === "provision") return provisionBadge(request, home);
  if (request.status !== "error") {
    const waits = { detail: awayFrom(home), problem: request.status === "queued" ? home.problem : undefined };
    if (request.kind === "deprovision") return badge("removing", "Removing…", waits);
    if (request.kind === "adopt") return badge("adopting", "Taking over…", waits);
    return badge("saving_identity", "Live · saving identity", waits);
  }
  const { code, message } = readError(request.result);
  if (request.kind === "set_identity") {
    return badge("identity_failed", "Live · identity not saved", { detail: message, action: RETRY });
  }
  // Whoever takes back a removal or an adoption wants the agent as it was.
  if (code === "cancelled") return settledBadge(facts, home);
  if (request.kind === "adopt") {
    return badge("adoption_failed", `Not taken over: ${reasonOf(code)}`, { detail: message, action: RETRY });
  }
  // What never became live was asked to go all the same, because OpenClaw may have heard of it.
  const label = facts.agent.provisioned ? "Live · removal failed" : "Removal failed";
  return badge("removal_failed", label, { detail: message, action: RETRY });
}

/** Why nobody works on an open request, of whatever kind: its Mac is away, or takes none. */
export type Wait = { label: string; problem?: Problem };

/** What the request of these facts waits for; undefined when it has ended, or nothing is in its way. */
export function waitOf(facts: BadgeFacts): Wait | undefined {
  // Thousands have ended: whose home they had is not worth finding out.
  return facts.request !== null && isOpen(facts.request) ? waitAt(homeOf(facts), facts.request) : undefined;
}

function isOpen({ status }: { status: string }): boolean {
  return status === "queued" || status === "running";
}

function waitAt(home: Home, request: { status: string }): Wait | undefined {
  if (!isOpen(request)) return undefined;
  if (!home.alive) return { label: waitingFor(home) };
  // What runs already goes on.
  if (request.status === "running" || home.problem === undefined) return undefined;
  return { label: waitingOn(home, home.problem), problem: home.problem };
}

/** A provision that is open or failed. */
function provisionBadge(request: NonNullable<BadgeFacts["request"]>, home: Home): Badge {
  const { status, attempts, max_attempts: most } = request;
  const step = `step ${currentStep(request.progress)} of ${STEPS_OF.provision.length}`;
  const wait = waitAt(home, request);
  if (wait?.problem) return { ...badge("waiting", wait.label), problem: wait.problem };
  if (wait) {
    const begun = status === "running" ? `It was at ${step}` : undefined;
    return badge("waiting", wait.label, { detail: home.lastSeen ? begun : awayFrom(home) });
  }
  if (status === "queued") {
    const again = `Attempt ${attempts} of ${most} did not finish, the next one follows`;
    return badge("queued", "Queued", { detail: attempts > 0 ? again : undefined });
  }
  if (status === "running") {
    return badge("provisioning", `Provisioning… · ${step}`, {
      detail: attempts > 1 ? `Attempt ${attempts} of ${most}` : undefined,
    });
  }
  const { code, message } = readError(request.result);
  if (code === "cancelled") return badge("cancelled", "Cancelled", { action: { ...RETRY, label: "Provision" } });
  return badge("failed", `Failed: ${reasonOf(code)}`, { detail: message, action: RETRY });
}

/** No request is open or failed: what the agent's row and the runtime lists say together. */
function settledBadge({ agent, request, now }: BadgeFacts, home: Home): Badge {
  const holding = home.runtimes.find((runtime) => listedId(runtime.agents, agent) !== undefined);
  // The done request and the provisioned agent are written together, but reach a page one after the other.
  const isMade = request?.kind === "provision" || request?.kind === "adopt";
  const provisioned = agent.provisioned || (isMade && request.status === "done");
  if (!provisioned) {
    const agentId = holding && listedId(holding.agents, agent);
    if (holding && agentId !== undefined) {
      const { executor_id: executorId } = holding;
      return badge("adoptable", "Live", { action: { kind: "adopt", label: "Adopt", executorId, agentId } });
    }
    return badge("absent", "Not on this Mac", { action: provisionOf(agent, "Provision") });
  }

  const completedAt = request?.status === "done" ? request.completed_at : null;
  const lists = holding ? [holding] : home.runtimes;
  const areNewer = lists.length > 0 && lists.every(({ published_at }) => isListedSince(published_at, request));
  if (home.alive && areNewer) {
    if (holding) return badge("live", "Live");
    return badge("missing", `Missing on ${home.name}`, { action: provisionOf(agent, "Provision again") });
  }
  const since = (home.alive ? undefined : home.lastSeenAt) ?? completedAt;
  const label = since === null ? "Live · unconfirmed" : `Live · unconfirmed since ${pointInTime(new Date(since), now)}`;
  return badge("unconfirmed", label, { detail: awayFrom(home) ?? `${home.name} has not listed its agents since` });
}

/** None for the main agent, which OpenClaw makes itself. */
function provisionOf({ agent_key }: BadgeFacts["agent"], label: string): BadgeAction | undefined {
  return isMain(agent_key) ? undefined : { kind: "provision", label };
}

/** Why a request failed, in as few words as fit behind "Failed:". */
export function reasonOf(code: string): string {
  return SHORT_REASONS[code] ?? "unknown reason";
}

function waitingFor({ name, lastSeen }: Home): string {
  return lastSeen ? `Waiting for ${name} · last seen ${lastSeen}` : `Waiting for ${name}`;
}

function waitingOn({ name }: Home, { code }: Problem): string {
  return `Waiting for ${name} · ${SHORT_REASONS[code] ?? "it takes no requests"}`;
}

function awayFrom({ name, alive, lastSeen }: Home): string | undefined {
  if (alive) return undefined;
  return lastSeen ? `${name} was last seen ${lastSeen}` : "No executor has reported yet";
}

function badge(
  state: BadgeState,
  label: string,
  { detail, action, problem }: { [Key in "detail" | "action" | "problem"]?: Badge[Key] | undefined } = {},
): Badge {
  return {
    ...{ state, ...STATES[state], label },
    ...(detail !== undefined && { detail }),
    ...(action && { action }),
    ...(problem && { problem }),
  };
}
