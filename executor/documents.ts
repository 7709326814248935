import { SEEDED_FILES } from "#contract";
import type { StoredDocument } from "./document-verbs.ts";
import { ExecutorError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Claim, RequestQueue } from "./request-queue.ts";
import { untilAnswered } from "./until-answered.ts";
import { readWorkspaceFile, sha256, type Workspace, writeWorkspaceFile } from "./workspace.ts";

export interface DocumentEdges {
  queue: Pick<RequestQueue, "readDocuments" | "acknowledgeDocument" | "saveDocumentFromDisk">;
  /** Whose documents they are. */
  agent: { projectId: string; agentKey: string };
  /** Aborted when the claim is lost: nothing is written or said after that. */
  signal: AbortSignal;
  log: Log;
}

const READINGS = 5;

/**
 * Makes the files of a claimed request's agent say what its documents say, and tells the database which revision each
 * file holds. A text that no document ever had is somebody's work: it is offered to the database and never overwritten.
 */
export async function seedDocuments(workspace: Workspace, claim: Claim, edges: DocumentEdges): Promise<void> {
  const { queue, signal, log } = edges;
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const documents = await untilAnswered(() => queue.readDocuments(claim), signal, log);
    let isStale = false;
    for (const document of documents) isStale = (await place(workspace, document, edges)) === "stale" || isStale;
    if (!isStale) return;
  }
  throw new ExecutorError("internal", `A document was edited ${READINGS} times while it was written to disk`);
}

type Placed = "written" | "same" | "adopted" | "conflict" | "stale" | "no file";

async function place(workspace: Workspace, document: StoredDocument, edges: DocumentEdges): Promise<Placed> {
  const file = Object.entries(SEEDED_FILES).find(([type]) => type === document.type)?.[1];
  if (file === undefined) return "no file";
  const text = await readWorkspaceFile(workspace, file);
  const hash = text === null ? null : sha256(text);
  edges.signal.throwIfAborted();
  if (hash === sha256(document.content)) return await acknowledge(document, hash, "same", edges);
  if (text === null || (hash !== null && document.knownSha256.includes(hash))) {
    const written = await writeWorkspaceFile(workspace, file, document.content);
    return await acknowledge(document, written, "written", edges);
  }
  return await offer(document, text, edges);
}

async function offer(document: StoredDocument, text: string, edges: DocumentEdges): Promise<Placed> {
  const { queue, signal, log } = edges;
  const { type, disk } = document;
  const found = { ...edges.agent, type, content: text, baseSha256: disk?.sha256 ?? null };
  const { outcome } = await untilAnswered(() => queue.saveDocumentFromDisk(found), signal, log);
  log.info({ document: type, outcome }, "a text of another origin was on disk");
  return outcome;
}

async function acknowledge(
  { id, revision }: StoredDocument,
  hash: string,
  placed: Placed,
  { queue, signal, log }: DocumentEdges,
): Promise<Placed> {
  await untilAnswered(() => queue.acknowledgeDocument({ id, revision, sha256: hash }), signal, log);
  return placed;
}
