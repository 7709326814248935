import { createDraftDialog } from "../submission/draft-dialog.ts";
import { BLANK_DRAFT, type Draft, draft, isBlank } from "./draft.ts";

const FIELD_OF: Record<keyof Draft, string> = {
  name: "displayName",
  purpose: "roleShort",
  emoji: "emoji",
  color: "color",
  executorId: "executorId",
  projectId: "projectId",
  ownKey: "agentKey",
};

/** The New agent dialog. A refusal stands until the field it names changes; one that names none until the next try. */
export const newAgent = createDraftDialog<Draft>({
  storageKey: "hatchery.new-agent",
  schema: draft,
  blank: BLANK_DRAFT,
  isBlank,
  isMended: (problem, changes) =>
    Object.entries(FIELD_OF).some(([key, field]) => key in changes && field === problem.field),
});

/** Opens it with an agent that is to be had again. A draft that is half typed stands as it is. */
export function openWithAgent(again: Partial<Draft>): void {
  if (isBlank(newAgent.read().draft)) newAgent.tell({ type: "edited", changes: again });
  newAgent.tell({ type: "opened" });
}
