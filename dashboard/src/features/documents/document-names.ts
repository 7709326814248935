import { DOCUMENT_TYPES, type DocumentType } from "#contract";

/** In the order of the tabs. */
export const SHOWN_DOCUMENTS = [
  "soul",
  "user",
  "memory_long",
  "memory_today",
  "agents",
  "identity",
] as const satisfies readonly DocumentType[];

type Words = {
  /** On its tab. */
  label: string;
  /** What it is for. */
  about: string;
  /** Where nothing stands yet. */
  emptyText: string;
};

export const DOCUMENT_WORDS: Record<DocumentType, Words> = {
  soul: {
    ...{ label: "Soul", about: "Who the agent is, and how it speaks" },
    emptyText: "Who is this agent?",
  },
  user: {
    ...{ label: "User", about: "Whom it works for" },
    emptyText: "Who are you, and what should it know about you?",
  },
  memory_long: {
    ...{ label: "Memory", about: "What it remembers for good; it writes here itself" },
    emptyText: "Nothing is remembered yet.",
  },
  memory_today: {
    ...{ label: "Daily note", about: "What it noted on one day; it writes here itself" },
    emptyText: "Nothing was noted yet.",
  },
  agents: {
    ...{ label: "Agents", about: "The rules that it works by" },
    emptyText: "Nothing here yet. OpenClaw writes its own when the agent is set up.",
  },
  identity: {
    ...{ label: "Identity", about: "Written from name and emoji" },
    emptyText: "OpenClaw writes this from name and emoji when the agent is set up.",
  },
};

/** The document that an address names; undefined when there is none of that name. */
export function readType(text: string | undefined): DocumentType | undefined {
  return DOCUMENT_TYPES.find((type) => type === text);
}
