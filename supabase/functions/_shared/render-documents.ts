import type { SEEDED_FILES } from "./contract.ts";
import { fillPlaceholders } from "./placeholders.ts";
import { TEMPLATES } from "./templates.ts";

/** Stands where a role belongs when nobody named one. */
export const DEFAULT_ROLE = "a general assistant, who helps with whatever the people there need";

export type SeededDocType = keyof typeof SEEDED_FILES;

export type RenderedDocument = { doc_type: SeededDocType; content: string };

/**
 * The documents a new agent starts with, in the order they are read. An empty `role` becomes DEFAULT_ROLE.
 * Values are expected as the contract stores them (one line each) and come out exactly as given.
 */
export function renderDocuments(about: {
  name: string;
  role: string;
  emoji: string;
  project: string;
  agentId: string;
}): RenderedDocument[] {
  const values = {
    name: about.name,
    role: about.role || DEFAULT_ROLE,
    emoji: about.emoji,
    project: about.project,
    agent_id: about.agentId,
  };
  return TEMPLATES.map(({ docType, text }) => ({ doc_type: docType, content: fillPlaceholders(text, values) }));
}
