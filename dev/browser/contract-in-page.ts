import { z } from "zod";
import { agentIdFromName } from "#agent-id";
import { displayName, emoji } from "#contract";

const said = z.string().nullable();

/** As it would be stored, or null where the rules refuse it; and for a name the id that it suggests. */
export const verdicts = z.object({
  names: z.array(z.object({ stored: said, id: said })),
  emojis: z.array(said),
});
export type Verdicts = z.infer<typeof verdicts>;

export type Tried = { names?: readonly string[]; emojis?: readonly string[] };

/** Judges names and emojis by the rules of the form, in whatever engine it runs. As JSON, which carries half a character. */
export function judge(json: string): string {
  const { names = [], emojis = [] }: Tried = JSON.parse(json);
  const judged: Verdicts = {
    names: names.map((name) => {
      const stored = displayName.safeParse(name).data ?? null;
      return { stored, id: stored === null ? null : agentIdFromName(stored) };
    }),
    emojis: emojis.map((tried) => emoji.safeParse(tried).data ?? null),
  };
  return JSON.stringify(judged);
}
