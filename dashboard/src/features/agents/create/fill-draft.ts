import type { z } from "zod";
import type { createAgentCommand } from "#contract";
import { suggestEmoji } from "../suggest-emoji.ts";
import type { Draft } from "./draft.ts";

export type DraftDefaults = { projectId: string; executorId: string | undefined; color: string };

/** The draft with every gap filled, as the command to send once it is valid. */
export function fillDraft(some: Draft, defaults: DraftDefaults): z.input<typeof createAgentCommand> {
  const { name, purpose, emoji, color, executorId, projectId, ownKey } = some;
  const executor = executorId ?? defaults.executorId;
  return {
    projectId: projectId ?? defaults.projectId,
    displayName: name,
    roleShort: purpose,
    emoji: emoji ?? suggestEmoji(name, purpose),
    color: color ?? defaults.color,
    ...(ownKey !== null && { agentKey: ownKey.trim() }),
    ...(executor !== undefined && { executorId: executor }),
  };
}
