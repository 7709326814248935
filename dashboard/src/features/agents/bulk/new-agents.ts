import { z } from "zod";
import { createDraftDialog } from "../submission/draft-dialog.ts";

/** Pasted or typed text with many agents in it, and where they are to live; null: nothing picked. */
const bulkDraft = z.object({
  text: z.string(),
  executorId: z.string().nullable(),
  projectId: z.string().nullable(),
});
export type BulkDraft = z.infer<typeof bulkDraft>;

/** The New agents dialog. What the server had against a line stands there as long as the line says the same. */
export const newAgents = createDraftDialog<BulkDraft>({
  storageKey: "hatchery.new-agents",
  schema: bulkDraft,
  blank: { text: "", executorId: null, projectId: null },
  isBlank: ({ text }) => text.trim() === "",
  // Another Mac or project has other agents.
  isMended: (_problem, changes) => !("text" in changes),
});

/** Opens it with a list that was pasted elsewhere, behind what it holds already. */
export function openWithList(list: string): void {
  const { text } = newAgents.read().draft;
  newAgents.tell({ type: "edited", changes: { text: text.trim() === "" ? list : `${text}\n${list}` } });
  newAgents.tell({ type: "opened" });
}
