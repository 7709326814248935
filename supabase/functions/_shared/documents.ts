/** Documents of agents: which file each is, what may stand in one, and how it is saved. Part of the contract, which everybody imports in its place. */
import { z } from "zod";

/** Documents that are a file in an agent's workspace. A `memory_today` is the note of one day, memory/YYYY-MM-DD.md. */
export const DOCUMENT_TYPES = ["soul", "user", "memory_long", "memory_today", "agents", "identity"] as const;
export const documentType = z.enum(DOCUMENT_TYPES);
export type DocumentType = z.infer<typeof documentType>;

/** Written by `set_identity` alone; everybody else reads it. */
export const READ_ONLY_DOCUMENTS: ReadonlySet<DocumentType> = new Set(["identity"]);

/** A day, YYYY-MM-DD. */
export const documentDate = z.iso.date();

const NAMES = {
  soul: "SOUL.md",
  user: "USER.md",
  memory_long: "MEMORY.md",
  agents: "AGENTS.md",
  identity: "IDENTITY.md",
} as const satisfies Record<Exclude<DocumentType, "memory_today">, string>;

/** The file of a document, relative to the workspace. `date` (YYYY-MM-DD) is asked of a daily note alone. */
export function documentFile(type: DocumentType, date: string): string {
  return type === "memory_today" ? `memory/${date}.md` : NAMES[type];
}

export const LARGEST_DOCUMENT_BYTES = 1024 * 1024;

/** How many characters (UTF-16) of a file OpenClaw 2026.9.6 reads into an agent's context; more is cut. Daily notes are read on demand. */
export function openclawReads(type: DocumentType): number {
  return type === "user" ? 4_000 : 20_000;
}

/** UTF-8 text without NUL, at most 1 MiB. */
export const documentContent = z
  .string()
  .refine((text) => !text.includes("\0"), "A document must not contain a NUL character")
  .refine((text) => text.isWellFormed(), "The document contains half a character")
  .refine(
    (text) => new TextEncoder().encode(text).length <= LARGEST_DOCUMENT_BYTES,
    "A document holds at most 1 MiB of text",
  );

const revision = z.int32();

/** PUT …/files/:type. `baseRevision` is the one that was edited, 0 for a document that is not there yet. */
export const saveDocumentCommand = z.strictObject({
  content: z.string(),
  baseRevision: revision.nonnegative(),
  /** Of memory_today: begins the note of that day. Without it the note stays of its day, or is of today where the agent lives. */
  docDate: documentDate.optional(),
  /** Why, for the history. */
  reason: z.enum(["restored", "merged"]).optional(),
});
export type SaveDocumentCommand = z.infer<typeof saveDocumentCommand>;

/** POST …/files/:type/resolve: `content` becomes the document, and the file on disk may be overwritten by it. */
export const resolveDocumentCommand = z.strictObject({
  content: z.string(),
  baseRevision: revision.positive(),
  /** The version that was found on disk. */
  conflictVersion: z.number().int().positive(),
});
export type ResolveDocumentCommand = z.infer<typeof resolveDocumentCommand>;

/** Why a file could not be read or written; `at` is the database's time (ISO 8601). */
export const documentError = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  at: z.string(),
});
export type DocumentError = z.infer<typeof documentError>;

/** A document as the function answers it. Times are the database's, ISO 8601. */
export const storedDocument = z.object({
  content: z.string(),
  /** 0: not there yet. */
  revision: revision.nonnegative(),
  docDate: documentDate.nullable(),
  updatedAt: z.string().nullable(),
  updatedBy: z.string().nullable(),
  /** Whether the file on the agent's machine holds this revision. */
  onDisk: z.boolean(),
  syncedAt: z.string().nullable(),
  error: documentError.nullable(),
  /** What was found on disk instead, and waits to be settled. */
  conflict: z.object({ version: z.number().int(), content: z.string(), foundAt: z.string() }).nullable(),
});
export type StoredDocument = z.infer<typeof storedDocument>;

/** What GET and PUT …/files/:type and its resolve answer. */
export const documentAnswer = z.object({ document: storedDocument });

/** The body of a 409 document_changed: the document as it is now beside what was to be saved. */
export const documentChanged = z.object({
  error: z.object({ code: z.literal("document_changed"), message: z.string(), hint: z.string() }),
  document: storedDocument,
  yours: z.object({ content: z.string() }),
});
