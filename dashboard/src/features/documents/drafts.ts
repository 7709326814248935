import { z } from "zod";
import { documentDate } from "#contract";
import { hasSignedOut } from "../../lib/session.ts";
import type { Edit } from "./edit.ts";

const draft = z.object({
  text: z.string(),
  base: z.object({ content: z.string(), revision: z.number() }),
  docDate: documentDate.optional(),
  /** When it was typed, in ms since 1970. */
  at: z.number(),
});
export type Draft = z.infer<typeof draft>;

/** What was typed and not saved the last time; undefined when there is none, or the browser keeps nothing. */
export function readDraft(key: string): Draft | undefined {
  try {
    return draft.safeParse(JSON.parse(localStorage.getItem(key) ?? "null")).data;
  } catch {
    // Storage is refused, or somebody else wrote there: as good as none.
    return undefined;
  }
}

/** Keeps it beyond a reload; answers false when the browser has no room or refuses, or its person signed out. */
export function keepDraft(key: string, edit: Edit, at: number): boolean {
  try {
    if (hasSignedOut()) return false;
    localStorage.setItem(key, JSON.stringify({ ...edit, at } satisfies Draft));
    return true;
  } catch {
    forgetDraft(key);
    return false;
  }
}

export function forgetDraft(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Where nothing can be kept, nothing is.
    return;
  }
}
