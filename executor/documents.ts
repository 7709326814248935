import { type DocumentType, documentFile } from "#contract";
import type { StoredDocument } from "./document-verbs.ts";
import { localDay } from "./local-day.ts";
import type { Log } from "./log.ts";
import type { Claim, RequestQueue } from "./request-queue.ts";
import { untilAnswered } from "./until-answered.ts";
import {
  cutOffDays,
  readWorkspaceFile,
  replaceWorkspaceFile,
  sha256,
  takeDisplaced,
  type Workspace,
  withWorkspace,
} from "./workspace.ts";

export interface DocumentEdges {
  queue: Pick<RequestQueue, "acknowledgeDocument" | "saveDocumentFromDisk" | "keepDisplacedDocument">;
  /** Whose documents they are. */
  agent: { projectId: string; agentKey: string };
  /** Aborted when the claim is lost or the executor stops: nothing is written or said after that. */
  signal: AbortSignal;
  log: Log;
}

export interface SeedEdges extends DocumentEdges {
  queue: DocumentEdges["queue"] & Pick<RequestQueue, "readDocuments">;
}

/** What became of one file. */
export interface Settled {
  /** `same`: nothing was to be done but to say so. `absent`: there is none, and none is written. */
  outcome: "same" | "written" | "adopted" | "conflict" | "stale" | "absent";
  /** Relative to the workspace. */
  file: string;
  /** Of the text that it holds (hex), which the database knows by now; null: there is none. */
  sha256: string | null;
}

/** Settles the documents of a claimed request's agent, before OpenClaw would write files of its own in their place. */
export async function seedDocuments(workspace: Workspace, claim: Claim, edges: SeedEdges): Promise<void> {
  const { queue, signal, log } = edges;
  const documents = await untilAnswered(() => queue.readDocuments(claim), signal, log);
  for (const document of documents) await settleDocument(workspace, document, edges, localDay(new Date()));
}

/**
 * Makes file and document one, or tells the database that they differ. A text that the document had before is replaced by
 * the present one, unless it came back after the present one was there; every other text is somebody's work: it is offered
 * to the database and never overwritten.
 * @param document as it was read a moment ago
 * @param today the local day, YYYY-MM-DD
 * @throws PermanentError for a file that must be neither read nor written
 */
export async function settleDocument(
  workspace: Workspace,
  document: StoredDocument,
  edges: DocumentEdges,
  today: string,
): Promise<Settled> {
  const { type, docDate, disk } = document;
  return await withWorkspace(workspace, async () => {
    if (type !== "memory_today") {
      await keepLeft(workspace, document, null, edges);
      return await settleFile(workspace, document, null, edges);
    }
    // While two texts of a note wait to be settled it stays of the day on which the other was found.
    const day = docDate ?? (disk?.isConflict ? disk.docDate : null) ?? today;
    for (const date of await cutOffDays(workspace, today)) await keepLeft(workspace, document, date, edges);
    const settled = await settleFile(workspace, document, day, edges);
    // The note of a new day takes the place of this one, which must not be waiting for anything.
    if (day >= today || settled.outcome === "conflict") return settled;
    const begun = await offerUnseen(workspace, { type, docDate: today }, null, edges);
    return begun.outcome === "absent" ? settled : begun;
  });
}

/** Offers a file that has no document yet. `base`: the hash that was last acknowledged there, null for nothing. */
export async function offerFile(
  workspace: Workspace,
  found: { type: DocumentType; docDate: string | null },
  base: string | null,
  edges: DocumentEdges,
): Promise<Settled> {
  return await withWorkspace(workspace, () => offerUnseen(workspace, found, base, edges));
}

/** @param day of a daily note */
async function settleFile(
  workspace: Workspace,
  document: StoredDocument,
  day: string | null,
  edges: DocumentEdges,
): Promise<Settled> {
  const { type, revision, knownSha256 } = document;
  const file = documentFile(type, day ?? "");
  const head = sha256(document.content);
  const text = await readWorkspaceFile(workspace, file);
  edges.signal.throwIfAborted();
  const hash = text === null ? null : sha256(text);
  const isConflict = document.disk?.isConflict ?? false;
  // What was said of another day's file says nothing of this one.
  const disk = document.disk?.docDate === day ? document.disk : null;
  const isInStep = disk !== null && disk.revision === revision && disk.sha256 === head;

  if (hash === head) {
    if (!isInStep || disk.isError) await acknowledge(document, head, day, edges);
    return { outcome: "same", file, sha256: hash };
  }
  const isOurs = hash === null || (knownSha256.includes(hash) && !isInStep);
  if (isOurs && !isConflict && type !== "identity") return await write(workspace, document, { file, day, text }, edges);
  if (text === null) return { outcome: isConflict ? "conflict" : "absent", file, sha256: null };
  // It waits already, and has not changed since.
  if (isConflict && hash === disk?.sha256 && !disk?.isError) return { outcome: "conflict", file, sha256: hash };
  return await offerText({ type, docDate: day, file, content: text }, disk?.sha256 ?? null, edges);
}

async function write(
  workspace: Workspace,
  document: StoredDocument,
  { file, day, text }: { file: string; day: string | null; text: string | null },
  edges: DocumentEdges,
): Promise<Settled> {
  const written = await replaceWorkspaceFile(workspace, file, document.content);
  const { displaced } = written;
  if (displaced !== null && displaced.text !== text) await keep(document, displaced.text, day, edges);
  await displaced?.forget();
  await acknowledge(document, written.sha256, day, edges);
  return { outcome: "written", file, sha256: written.sha256 };
}

/** Offers what lies in a file that is not looked at otherwise. */
async function offerUnseen(
  workspace: Workspace,
  found: { type: DocumentType; docDate: string | null },
  base: string | null,
  edges: DocumentEdges,
): Promise<Settled> {
  const file = documentFile(found.type, found.docDate ?? "");
  const content = await readWorkspaceFile(workspace, file);
  if (content === null) return { outcome: "absent", file, sha256: null };
  return await offerText({ ...found, file, content }, base, edges);
}

async function offerText(
  found: { type: DocumentType; docDate: string | null; file: string; content: string },
  base: string | null,
  { queue, signal, log, agent }: DocumentEdges,
): Promise<Settled> {
  const { type, docDate, file, content } = found;
  const said = { ...agent, type, content, baseSha256: base, docDate: docDate ?? undefined };
  const { outcome } = await untilAnswered(() => queue.saveDocumentFromDisk(said), signal, log);
  log.info({ document: type, outcome }, "a text of another origin was on disk");
  return { outcome, file, sha256: sha256(content) };
}

/** Keeps what was written to the file while an earlier write, which was cut off, replaced it. */
async function keepLeft(workspace: Workspace, document: StoredDocument, day: string | null, edges: DocumentEdges) {
  const left = await takeDisplaced(workspace, documentFile(document.type, day ?? ""));
  if (left === null) return;
  await keep(document, left.text, day, edges);
  await left.forget();
}

async function keep(
  { id, type, knownSha256 }: StoredDocument,
  text: string,
  day: string | null,
  { queue, signal, log }: DocumentEdges,
): Promise<void> {
  if (knownSha256.includes(sha256(text))) return;
  await untilAnswered(() => queue.keepDisplacedDocument(id, text, day ?? undefined), signal, log);
  log.info({ document: type }, "a text that was written while its file was replaced is kept as a version");
}

async function acknowledge(
  { id, revision }: StoredDocument,
  hash: string,
  day: string | null,
  { queue, signal, log }: DocumentEdges,
): Promise<void> {
  const said = { id, revision, sha256: hash, docDate: day ?? undefined };
  await untilAnswered(() => queue.acknowledgeDocument(said), signal, log);
}
