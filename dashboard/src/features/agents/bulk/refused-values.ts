import type { CreateAgentCommand } from "#contract";
import type { Failure } from "../../../lib/error-text.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import type { Submission } from "../submission/submission.ts";

/** What a line can be blamed for; the rest is the same for all of them. */
export const LINE_FIELDS = ["displayName", "roleShort", "emoji", "color", "agentKey"] as const;

/** A value that the server refused, and why. */
export type RefusedValue = { field: (typeof LINE_FIELDS)[number]; value: string; message: string };

/** What the server had against single lines. */
export function refusedValues(
  problem: Failure | null,
  submission: Pick<Submission<unknown>, "creations"> | null,
): RefusedValue[] {
  return (problem?.errors ?? []).flatMap(({ index, field: named, message }) => {
    const field = LINE_FIELDS.find((one) => one === named);
    const value = field && submission?.creations[index]?.command[field];
    return field && value ? [{ field, value, message }] : [];
  });
}

/** The refusal, where a line still says what was refused; it may have moved. */
export function refusalOf(command: CreateAgentCommand, { field, value, message }: RefusedValue): string | undefined {
  return command[field] === value ? message : undefined;
}

/** What the server had against all of it, or against where it is to live: `errors` that name no line are said once. */
export function refusalOfAll(problem: Failure): { title: string; words: string } {
  const errors = problem.errors?.filter(({ field }) => !LINE_FIELDS.some((one) => one === field)) ?? [];
  const reasons = new Set(errors.map(({ message, hint }) => sentences(message, hint)));
  return {
    title: sentences(problem.message),
    words: reasons.size > 0 ? [...reasons].join(" ") : sentences(problem.hint),
  };
}
