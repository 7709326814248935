import { transliterate } from "transliteration";
import { agentIdShort } from "./contract.ts";

/** Leaves 7 of the 63 characters of an id for a suffix like `-2`, with which the database makes a taken id free. */
export const BASE_ID_LENGTH = 56;

/** Stands in for a name without a single letter or digit, such as one of emoji only. */
const NAMELESS = "agent";

/**
 * The id that an agent's name suggests: lower-case ASCII words joined by `-`, at most BASE_ID_LENGTH characters, always one
 * that `agentIdShort` accepts. Any script: 研究员 becomes yan-jiu-yuan. A reserved word gets `-agent` behind it.
 */
export function agentIdFromName(name: string): string {
  const latin = transliterate(name.normalize("NFKC")).toLowerCase();
  const words = latin.replace(/['’`]/g, "").match(/[a-z0-9]+/g) ?? [NAMELESS];
  const id = words.join("-").slice(0, BASE_ID_LENGTH).replace(/-$/, "");
  return agentIdShort.safeParse(id).success ? id : `${id}-agent`;
}
