import { agentIdFromName } from "#agent-id";
import { displayName } from "#contract";

/** Judges a JSON list of names by the rules of the form. */
export function judge(names: string): { stored: string | null; id: string | null }[] {
  const tried: string[] = JSON.parse(names);
  return tried.map((name) => {
    const parsed = displayName.safeParse(name);
    return parsed.success ? { stored: parsed.data, id: agentIdFromName(parsed.data) } : { stored: null, id: null };
  });
}
