import type { QueryClient } from "@tanstack/react-query";
import { createAgentCommand } from "#contract";
import { readFailure } from "../../../lib/error-text.ts";
import { showToast } from "../../../ui/toaster.tsx";
import { withPending } from "../pending-creations.ts";
import { agentsQuery, createAgent, runtimesQuery } from "../queries.ts";
import type { AgentIdentity } from "./agent-ids.ts";
import { readDialogState, tellDialog } from "./dialog-store.ts";
import { type Draft, type DraftDefaults, fillDraft } from "./draft.ts";
import { pendingRows } from "./pending-rows.ts";

export type Submission = { draft: Draft; defaults: DraftDefaults; identity: AgentIdentity };

/**
 * Closes the dialog, shows the agent, and asks for it. A refusal brings the dialog back with all that was typed.
 * Expects a draft in which findProblems found nothing.
 */
export async function submitDraft(client: QueryClient, { draft, defaults, identity }: Submission): Promise<void> {
  const command = fillDraft(draft, defaults);
  tellDialog({ type: "submitted" });
  // The client's own error handling is that of its mutations.
  const creation = client.getMutationCache().build(client, { mutationFn: () => createAgent(command) });
  const pending = pendingRows(createAgentCommand.parse(command), identity, new Date());
  try {
    await withPending(client, pending, () => creation.execute(undefined));
  } catch (error) {
    const problem = await readFailure(error);
    const isBusy = readDialogState().isOpen;
    tellDialog({ type: "refused", draft, problem });
    // What is taken there is not known here yet.
    void client.invalidateQueries({ queryKey: agentsQuery.queryKey });
    void client.invalidateQueries({ queryKey: runtimesQuery.queryKey });
    // Another draft is being typed: this one has to wait for its turn.
    if (isBusy) {
      const title = `${draft.name.trim()} was not created`;
      showToast({ tone: "danger", title, description: `${problem.message}. It comes back when this dialog closes.` });
    }
  }
}
