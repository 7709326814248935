import type { QueryClient } from "@tanstack/react-query";
import { readFailure } from "../../../lib/error-text.ts";
import { isAnswerLost } from "../../../lib/failure-kind.ts";
import { agentsQuery, runtimesQuery } from "../../../lib/fleet/queries.ts";
import type { CreatedAnswer } from "../../../lib/fleet/rows.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { showToast } from "../../../ui/toaster.tsx";
import { withPending } from "../pending-creations.ts";
import type { DraftDialog } from "./draft-dialog.ts";
import { pendingRows } from "./pending-rows.ts";
import { type Creation, type Submission, submissionFor } from "./submission.ts";

/** With the pauses of the client between them, some 4 s: longer than a network that changes needs. */
const ATTEMPTS_AFTER_A_LOST_ANSWER = 3;

const TAKEN_FOR_ANOTHER = {
  message: "Something else was asked for under the same key.",
  hint: "Look whether it is there already; if not, create it again.",
};

type Options<Draft> = {
  /** What the draft asks for; nothing in it may be wrong. */
  fill: () => readonly Creation[];
  /** Asks for it, under its key. */
  send: (submission: Submission<Draft>) => Promise<readonly CreatedAnswer[]>;
};

/**
 * Closes the dialog, shows the agents, and asks for them; again when the answer was lost. A refusal brings the dialog back
 * with all that was typed.
 */
export async function submit<Draft>(
  client: QueryClient,
  dialog: DraftDialog<Draft>,
  { fill, send }: Options<Draft>,
): Promise<void> {
  const { draft, submission: earlier } = dialog.read();
  const submission = submissionFor(draft, earlier, fill);
  dialog.tell({ type: "submitted", submission });
  // The client's own error handling is that of its mutations.
  const mutation = client.getMutationCache().build(client, {
    mutationFn: () => send(submission),
    retry: (failures, error) => failures < ATTEMPTS_AFTER_A_LOST_ANSWER && isAnswerLost(error),
  });
  const now = new Date();
  const pending = submission.creations.map(({ command, identity }) => pendingRows(command, identity, now));
  try {
    await withPending(client, pending, () => mutation.execute(undefined));
    dialog.tell({ type: "answered", submission });
  } catch (error) {
    const failure = await readFailure(error);
    // Of keys no person knows; what comes back gets a new one.
    const problem = failure.code === "idempotency_key_reused" ? { ...failure, ...TAKEN_FOR_ANOTHER } : failure;
    const isBack = dialog.bringBack(submission, problem);
    // What is taken there is not known here yet.
    void client.invalidateQueries({ queryKey: agentsQuery.queryKey });
    void client.invalidateQueries({ queryKey: runtimesQuery.queryKey });
    if (isBack) return;
    const description = sentences(problem.message, "It comes back when this dialog closes");
    showToast({ tone: "danger", title: `${nameAll(submission.creations)} not created`, description });
  }
}

function nameAll(creations: readonly Creation[]): string {
  const [first] = creations;
  return creations.length === 1 ? `${first?.command.displayName} was` : `${creations.length} agents were`;
}
