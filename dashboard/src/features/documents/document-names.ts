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
  /** "SOUL.md": what it is called in a sentence. */
  name: string;
  /** What it is for. */
  about: string;
  /** Where nothing stands yet. */
  emptyText: string;
};

export const DOCUMENT_WORDS: Record<DocumentType, Words> = {
  soul: {
    ...{ label: "Soul", name: "SOUL.md", about: "Who the agent is, and how it speaks" },
    emptyText: "Who is this agent?",
  },
  user: {
    ...{ label: "User", name: "USER.md", about: "Whom it works for" },
    emptyText: "Who are you, and what should it know about you?",
  },
  memory_long: {
    ...{ label: "Memory", name: "MEMORY.md", about: "What it remembers for good; it writes here itself" },
    emptyText: "Nothing is remembered yet.",
  },
  memory_today: {
    ...{ label: "Today", name: "Today's note", about: "What it noted on one day; it writes here itself" },
    emptyText: "Nothing was noted yet.",
  },
  agents: {
    ...{ label: "Agents", name: "AGENTS.md", about: "The rules that it works by" },
    emptyText: "Nothing here yet. OpenClaw writes its own when the agent is set up.",
  },
  identity: {
    ...{ label: "Identity", name: "IDENTITY.md", about: "Written from name and emoji" },
    emptyText: "OpenClaw writes this from name and emoji when the agent is set up.",
  },
};

/** The document that an address names; undefined when there is none of that name. */
export function readType(text: string | undefined): DocumentType | undefined {
  return DOCUMENT_TYPES.find((type) => type === text);
}
