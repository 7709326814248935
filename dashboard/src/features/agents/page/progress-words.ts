import type { BadgeState } from "#badge";
import type { RequestKind } from "#contract";
import type { Cancelling } from "../../../lib/fleet/cancelling.ts";
import { errorOf } from "../../../lib/fleet/request-steps.ts";
import { kindLabel } from "../../../lib/fleet/request-words.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import type { AgentView } from "../agent-views.ts";
import { partBadge } from "../badge-words.ts";

type Titles = { open: string; done: string; cancelled: string; failed: string };

const TITLES: Record<RequestKind, Titles> & Partial<Record<string, Titles>> = {
  provision: { open: "Setting up", done: "Set up", cancelled: "Set-up cancelled", failed: "Set-up failed" },
  set_identity: {
    open: "Saving name and emoji",
    done: "Name and emoji saved",
    cancelled: "Saving name and emoji cancelled",
    failed: "Name and emoji not saved",
  },
  deprovision: { open: "Removing", done: "Removed", cancelled: "Removal cancelled", failed: "Removal failed" },
  adopt: { open: "Adopting", done: "Adopted", cancelled: "Adoption cancelled", failed: "Adoption failed" },
};

/** What goes on, or how it ended. A kind of a later version is called what the table calls it. */
export function progressTitle(request: RequestRow): string {
  const titles = TITLES[request.kind];
  if (titles === undefined) return kindLabel(request);
  if (request.status === "done") return titles.done;
  if (request.status !== "error") return titles.open;
  return isCancelled(request) ? titles.cancelled : titles.failed;
}

/** The request whose steps a page shows, of all that an agent had, newest first: what goes on or went wrong, else how it was set up. */
export function requestToShow(requests: readonly RequestRow[]): RequestRow | undefined {
  const [newest] = requests;
  if (newest === undefined) return undefined;
  // What was called off before it began has no steps.
  const hasSteps = !isCancelled(newest) || newest.picked_up_at !== null;
  if (newest.status !== "done" && hasSteps) return newest;
  if (newest.kind === "provision" && newest.status !== "done") return undefined;
  return requests.find(({ kind, status }) => kind === "provision" && status === "done");
}

const isCancelled = (request: RequestRow): boolean => errorOf(request)?.code === "cancelled";

/** States in which a badge speaks of an open request that is no provision; its detail says only that the Mac is away. */
const OTHER_OPEN_STATES: ReadonlySet<BadgeState> = new Set(["saving_identity", "removing", "adopting"]);

/** Why an open request does not move: its Mac is away, or takes none. Undefined when nothing is in its way. */
export function waitingWords({ badge, executorName }: Pick<AgentView, "badge" | "executorName">): string | undefined {
  if (badge.state === "waiting") {
    const { short, rest } = partBadge(badge);
    // What is wrong there stands above, in full.
    return rest === undefined || badge.problem !== undefined ? short : `${short}, ${lowerFirst(rest)}`;
  }
  if (!OTHER_OPEN_STATES.has(badge.state)) return undefined;
  return badge.problem === undefined ? badge.detail : `Waiting for ${executorName ?? "its Mac"}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const CANCELLING: Record<Cancelling, string> = {
  possible: "Can be cancelled until OpenClaw is told of it.",
  asked: "Cancelling. It stops before OpenClaw is told of it.",
  too_late: "OpenClaw is being told of it: too late to cancel.",
};

/** Whether, and until when, an open request can be called off. OpenClaw is told nothing of an adoption. */
export function cancellingWords({ kind }: Pick<RequestRow, "kind">, cancelling: Cancelling): string {
  if (kind !== "adopt" || cancelling === "too_late") return CANCELLING[cancelling];
  return cancelling === "possible"
    ? "Can be cancelled until it is adopted."
    : "Cancelling. It stops before it is adopted.";
}
