/** What one can say of an agent in a list. */
export type Column = "name" | "purpose" | "emoji" | "color" | "key";

/** One agent as it stands in the text: trimmed, on one line, and not checked yet. */
export type Entry = {
  /** Where it begins, from 1. */
  line: number;
  cells: Partial<Record<Column, string>>;
  /** Why it could not be read whole. */
  problem?: string;
};

export type Reading = {
  entries: readonly Entry[];
  /** The columns that a heading or JSON names; null where their places say it. */
  columns: { used: readonly Column[]; unused: readonly string[] } | null;
  /** Why nothing could be read. */
  problem: { line: number | null; message: string; detail: string } | null;
};

const HEADINGS: Record<string, Column> = {
  name: "name",
  displayname: "name",
  agent: "name",
  agentname: "name",
  purpose: "purpose",
  role: "purpose",
  roleshort: "purpose",
  description: "purpose",
  emoji: "emoji",
  icon: "emoji",
  color: "color",
  colour: "color",
  key: "key",
  agentkey: "key",
};

/** The column that a heading means, however it is written: `Display name`, `display_name`, `displayName`. */
export function columnOf(heading: string): Column | undefined {
  return HEADINGS[heading.toLowerCase().replace(/[^a-z]/g, "")];
}
