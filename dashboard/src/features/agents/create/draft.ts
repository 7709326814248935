import { z } from "zod";
import { createAgentCommand } from "#contract";
import { suggestEmoji } from "./suggest-emoji.ts";

export const PURPOSE_LENGTH = 160;

/** Eight colours that carry an emoji well on light and on dark. */
export const AGENT_COLORS = [
  { value: "#6366f1", label: "Indigo" },
  { value: "#0ea5e9", label: "Sky" },
  { value: "#14b8a6", label: "Teal" },
  { value: "#22c55e", label: "Green" },
  { value: "#f59e0b", label: "Amber" },
  { value: "#f97316", label: "Orange" },
  { value: "#ec4899", label: "Pink" },
  { value: "#8b5cf6", label: "Violet" },
] as const;

/** What a person typed and picked so far. null: nothing picked, so the suggestion or the only choice counts. */
export const draft = z.object({
  name: z.string(),
  purpose: z.string(),
  emoji: z.string().nullable(),
  color: z.string().nullable(),
  executorId: z.string().nullable(),
  projectId: z.string().nullable(),
  /** A key of one's own; null: one is made from the name. */
  ownKey: z.string().nullable(),
});
export type Draft = z.infer<typeof draft>;

export const BLANK_DRAFT: Draft = {
  name: "",
  purpose: "",
  emoji: null,
  color: null,
  executorId: null,
  projectId: null,
  ownKey: null,
};

/** Whether closing would lose anything that somebody typed or picked. */
export function isBlank(some: Draft): boolean {
  const { name, purpose, emoji, color, ownKey } = some;
  return name.trim() === "" && purpose.trim() === "" && emoji === null && color === null && !ownKey;
}

/** What is wrong, in words; `field` says where, when it is one field. */
export type Problem = {
  message: string;
  code?: string | undefined;
  field?: string | undefined;
  hint?: string | undefined;
};

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

/** The first thing that the contract has against each field; empty when the command may be sent. */
export function findProblems(command: z.input<typeof createAgentCommand>): Partial<Record<string, string>> {
  const parsed = createAgentCommand.safeParse(command);
  if (parsed.success) return {};
  const problems: Partial<Record<string, string>> = {};
  for (const { path, message } of parsed.error.issues) problems[path.join(".")] ??= message;
  return problems;
}

/** Text as one line, because a paste brings line breaks that the purpose may not hold. */
export function asOneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, " ");
}
