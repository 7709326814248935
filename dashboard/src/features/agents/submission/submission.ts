import { z } from "zod";
import { createAgentCommand } from "#contract";

/** One agent to ask for, and the id and key it will most likely get. */
const creation = z.object({
  command: createAgentCommand,
  identity: z.object({ agentId: z.string(), agentKey: z.string() }),
});
export type Creation = z.infer<typeof creation>;

/** What was asked for under one Idempotency-Key, and the draft that it was made of. */
export type Submission<Draft> = { key: string; creations: readonly Creation[]; draft: Draft };

export function submissionOf<Draft>(draft: z.ZodType<Draft>): z.ZodType<Submission<Draft>> {
  return z.object({ key: z.string(), creations: z.array(creation), draft });
}

/** Whether asking for this draft is asking for the same once more. */
export function isAskedAgain<Draft>(draft: Draft, earlier: Submission<Draft> | null): earlier is Submission<Draft> {
  return earlier !== null && JSON.stringify(earlier.draft) === JSON.stringify(draft);
}

/**
 * The earlier submission as long as its draft is still the same: when its answer was lost, asking again under its key
 * makes nothing twice. A new one, under a new key, for anything else.
 */
export function submissionFor<Draft>(
  draft: Draft,
  earlier: Submission<Draft> | null,
  fill: () => readonly Creation[],
): Submission<Draft> {
  return isAskedAgain(draft, earlier) ? earlier : { key: crypto.randomUUID(), creations: fill(), draft };
}
