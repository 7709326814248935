import type { RequestKind } from "#contract";
import { formatDuration } from "./durations.ts";
import { errorOf } from "./request-steps.ts";
import type { RequestRow } from "./rows.ts";
import { sentences } from "./sentences.ts";

const KINDS: Record<RequestKind, string> & Partial<Record<string, string>> = {
  provision: "Set up",
  set_identity: "Name and emoji",
  deprovision: "Removal",
  adopt: "Adoption",
};

/** What was asked for. A kind of a later version is called what the table calls it. */
export function kindLabel({ kind }: Pick<RequestRow, "kind">): string {
  return KINDS[kind] ?? kind;
}

/** How it stands, or ended, in a few words. `isWaiting`: its Mac is away. */
export function outcomeOf(request: RequestRow, isWaiting: boolean): string {
  const { status, requested_at, completed_at, picked_up_at } = request;
  if (status === "queued") return "Queued";
  if (status === "running") return isWaiting ? "Waiting for its Mac" : "Running";
  if (status === "error") return sentences(errorOf(request)?.message ?? "Failed").slice(0, -1);
  const ms = completed_at === null ? undefined : Date.parse(completed_at) - Date.parse(picked_up_at ?? requested_at);
  return ms === undefined ? "Done" : `Done in ${formatDuration(ms)}`;
}
