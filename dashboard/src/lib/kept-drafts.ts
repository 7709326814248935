const PREFIX = "hatchery.draft.";

const prefixOf = (userId: string): string => `${PREFIX}${userId}/`;

/** Where this browser keeps one person's unsaved text of one document. */
export const draftKey = (userId: string, agentId: string, documentType: string): string =>
  `${prefixOf(userId)}${agentId}/${documentType}`;

/** The agent of each document of which this browser keeps a person's unsaved text. */
export function draftedAgents(userId: string): string[] {
  return draftKeysOf(userId).map((key) => key.slice(prefixOf(userId).length).split("/")[0] ?? "");
}

/** Forgets every unsaved text of a person, in every tab. */
export function forgetDraftsOf(userId: string): void {
  for (const key of draftKeysOf(userId)) localStorage.removeItem(key);
}

function draftKeysOf(userId: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefixOf(userId)));
  } catch {
    // Storage is refused: nothing is kept there.
    return [];
  }
}
