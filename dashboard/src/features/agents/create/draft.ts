import { z } from "zod";

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
