import { diff3Merge } from "node-diff3";
import { z } from "zod";

const lines = z.array(z.string());
const regions = z.array(z.union([z.object({ ok: lines }), z.object({ conflict: z.object({ a: lines, b: lines }) })]));

/**
 * What `mine` and `theirs` both made of `base`, line by line; where both changed the same lines, mine stands and
 * `isClean` is false. Without a base it is mine.
 */
export function mergeTexts(base: string | null, mine: string, theirs: string): { text: string; isClean: boolean } {
  if (base === null) return { text: mine, isClean: false };
  // Without their ends: a last line that has none is the same line when another one follows it.
  const split = (text: string) => text.split("\n");
  const merged = regions.parse(diff3Merge(split(mine), split(base), split(theirs), { excludeFalseConflicts: true }));
  const all = merged.flatMap((region) => ("ok" in region ? region.ok : region.conflict.a));
  return { text: all.join("\n"), isClean: merged.every((region) => "ok" in region) };
}
