import type { DocumentType } from "#contract";
import type { Counters } from "../counters.ts";
import type { StoredDocument } from "../document-verbs.ts";
import { type DocumentEdges, offerFile, type Settled, settleDocument } from "../documents.ts";
import type { ExecutorError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { RequestQueue } from "../request-queue.ts";
import { asExecutorError, isAboutDatabase, isGone, isSilence } from "./document-errors.ts";
import { dayOfFile } from "./document-files.ts";
import type { Head, Known, Member } from "./member.ts";

export type DocumentQueue = Pick<
  RequestQueue,
  | "listDocuments"
  | "readDocumentsById"
  | "acknowledgeDocument"
  | "acknowledgeDocuments"
  | "saveDocumentFromDisk"
  | "keepDisplacedDocument"
  | "reportDocumentError"
>;

export interface SettlingOptions {
  queue: DocumentQueue;
  counters: Counters;
  log: Log;
  today: () => string;
  /** A document that was listed is gone, or there is one that was not. */
  onListChanged: () => void;
}

export interface Unsettled {
  member: Member;
  known: Known;
}

/** The file holds the document as it was listed, which is still to be said. */
export interface Same extends Unsettled {
  head: Head;
  /** Of memory_today alone: the day of the note. */
  docDate: string | null;
}

/** What the database takes in one call. */
const ACKNOWLEDGED_AT_ONCE = 500;
/** So many whole documents are asked for at once, or fewer large ones: the answer must come in time on a slow line, too. */
const AT_ONCE = 25;
const BYTES_AT_ONCE = 1024 * 1024;

/** Puts documents and files in step, each by the one rule, and says on its row why one cannot be. */
export function createSettling({ queue, counters, log, today, onListChanged }: SettlingOptions) {
  /** The last error that was told of a document, by its id. */
  const told = new Map<string, string>();
  /** What the database was silent about when it was asked last, by the document's id or the file's path. */
  const unanswered = new Set<string>();

  /** Several workspaces at a time, one file at a time in each. @throws QueueError when the database cannot be used */
  async function settle(unsettled: Unsettled[], signal: AbortSignal): Promise<void> {
    for (const chunk of chunksOf(unsettled)) {
      signal.throwIfAborted();
      const rows = await queue.readDocumentsById(chunk.map(({ known }) => known.id));
      const byId = new Map(rows.map((row) => [row.id, row]));
      const workspaces = Map.groupBy(chunk, ({ member }) => member.workspace.dir);
      const ends = await Promise.allSettled(
        [...workspaces.values()].map(async (own) => {
          for (const one of own) await settleRow(one, byId.get(one.known.id), signal);
        }),
      );
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    }
  }

  /** @returns what was not heard, to be settled. @throws QueueError when the database cannot be used */
  async function acknowledge(same: Same[], signal: AbortSignal): Promise<Unsettled[]> {
    const unheard: Unsettled[] = [];
    for (let start = 0; start < same.length; start += ACKNOWLEDGED_AT_ONCE) {
      signal.throwIfAborted();
      const chunk = same.slice(start, start + ACKNOWLEDGED_AT_ONCE);
      const heard = await hearingOf(chunk);
      for (const one of chunk) {
        const { known, head, docDate } = one;
        if (!heard.has(known.id)) {
          unheard.push(one);
          continue;
        }
        known.sha256 = head.sha256;
        known.docDate = docDate;
        told.delete(known.id);
      }
    }
    return unheard;
  }

  /** The ids of those that the database heard: none when one of them is too much for it. */
  async function hearingOf(same: Same[]): Promise<Set<string>> {
    try {
      const said = same.map(({ known, head, docDate }) => ({ id: known.id, ...head, docDate: docDate ?? undefined }));
      return new Set(await queue.acknowledgeDocuments(said));
    } catch (error) {
      if (isAboutDatabase(error)) throw error;
      return new Set();
    }
  }

  async function settleRow(
    { member, known }: Unsettled,
    row: StoredDocument | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (row === undefined) return leave(known.id);
    // Until it is: whatever the file holds, the next look settles it.
    known.sha256 = undefined;
    await attempt(row.id, signal, async () => {
      const settled = await settleDocument(member.workspace, row, edgesOf(member, signal), today());
      known.sha256 = settled.sha256;
      known.docDate = dayOfFile(settled.file);
      told.delete(row.id);
      unanswered.delete(row.id);
      // A conflict that was there before is not another one.
      if (settled.outcome !== "conflict" || settled.sha256 !== row.disk?.sha256) count(settled);
    });
  }

  /** A file that has no document yet. */
  async function offer(
    member: Member,
    { type, docDate }: { type: DocumentType; docDate: string | null },
    signal: AbortSignal,
  ): Promise<void> {
    try {
      count(await offerFile(member.workspace, { type, docDate }, null, edgesOf(member, signal)));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** Each call is made once: whoever works here is ended by the first that fails, and begun again after a pause. */
  function edgesOf({ agent }: Member, signal: AbortSignal): DocumentEdges {
    const failed = new AbortController();
    const once =
      <A extends unknown[], T>(verb: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        try {
          return await verb(...args);
        } catch (error) {
          failed.abort(error);
          throw error;
        }
      };
    return {
      agent,
      queue: {
        acknowledgeDocument: once(queue.acknowledgeDocument),
        saveDocumentFromDisk: once(queue.saveDocumentFromDisk),
        keepDisplacedDocument: once(queue.keepDisplacedDocument),
      },
      signal: AbortSignal.any([signal, failed.signal]),
      log: log.child({ agent: agent.agentKey }),
    };
  }

  function count({ outcome, sha256 }: Settled): void {
    if (outcome === "written") counters.documentsWritten += 1;
    if (outcome === "adopted") counters.documentsSaved += 1;
    if (outcome === "conflict" && sha256 !== null) counters.documentConflicts += 1;
  }

  /** What fails for this document alone is told on its row, and keeps none of the others waiting. */
  async function attempt(id: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted || endsLook(id, error)) throw error;
      await tell(id, asExecutorError(error));
    }
  }

  /**
   * Whether nothing else is to be tried now. Silence is taken for an outage once; the same text that finds no answer again,
   * while everything before it did, keeps no other waiting: it may be too long for the line, or something in between takes
   * offence at it.
   */
  function endsLook(what: string, error: unknown): boolean {
    if (!isSilence(error)) return isAboutDatabase(error);
    const isFirst = !unanswered.has(what);
    unanswered.add(what);
    return isFirst;
  }

  /** The database leaves it alone for 5 min then. */
  async function tell(id: string, error: ExecutorError): Promise<void> {
    const { code, message, hint } = error;
    const isNew = told.get(id) !== code;
    try {
      await queue.reportDocumentError(id, { code, message, ...(hint === undefined ? {} : { hint }) });
    } catch (failure) {
      if (isGone(failure)) return leave(id);
      throw failure;
    }
    told.set(id, code);
    if (isNew) log.warn({ err: error, document: id }, "a document and its file cannot be put in step");
  }

  /** Its agent was removed, or lives elsewhere by now. */
  function leave(id: string): void {
    told.delete(id);
    onListChanged();
  }

  return {
    acknowledge,
    settle,
    offer,
    tell,
    endsLook,
    /** What it says of this was heard, or there was nothing to say. */
    answered: (what: string) => void unanswered.delete(what),
    /** The database was away for everybody: that it was silent about a text says nothing. */
    forgetSilence: () => unanswered.clear(),
    /** Of a file that is looked at again and again. */
    async tellOnce(id: string, error: ExecutorError): Promise<void> {
      if (told.get(id) !== error.code) await tell(id, error);
    },
  };
}

function chunksOf(unsettled: Unsettled[]): Unsettled[][] {
  const chunks: Unsettled[][] = [];
  let bytes = 0;
  for (const one of unsettled) {
    const chunk = chunks.at(-1);
    bytes += one.known.bytes;
    if (chunk !== undefined && chunk.length < AT_ONCE && bytes <= BYTES_AT_ONCE) chunk.push(one);
    else {
      chunks.push([one]);
      bytes = one.known.bytes;
    }
  }
  return chunks;
}
