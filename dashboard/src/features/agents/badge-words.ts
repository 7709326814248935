import type { Badge, BadgeState } from "#badge";

/** A badge in two parts: what fits into a small pill, and what stands beside it. */
export type BadgeWords = { short: string; rest?: string };

/** Where the label of a state may be parted; all others are short enough. */
const PARTED_AT: Partial<Record<BadgeState, string>> = {
  waiting: " · ",
  provisioning: " · ",
  unconfirmed: " since ",
};

export function partBadge({ state, label }: Pick<Badge, "state" | "label">): BadgeWords {
  const separator = PARTED_AT[state];
  const at = separator === undefined ? -1 : label.indexOf(separator);
  if (separator === undefined || at === -1) return { short: label };
  const rest = label.slice(at + (separator === " · " ? separator.length : 1));
  return { short: label.slice(0, at), rest: rest.charAt(0).toUpperCase() + rest.slice(1) };
}

/** What moves in a badge: a spinner while somebody works on it, a pulse while it is about to begin. */
export function badgeMark(state: BadgeState): "spinner" | "pulse" | "dot" {
  if (state === "provisioning" || state === "removing" || state === "saving_identity") return "spinner";
  return state === "queued" ? "pulse" : "dot";
}
