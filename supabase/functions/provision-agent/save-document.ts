import { type StoredDocument, saveDocumentCommand } from "../_shared/contract.ts";
import type { CallerReader } from "./caller.ts";
import type { Database } from "./database.ts";
import { type DocumentPath, parseWritableAddress } from "./document-address.ts";
import { DocumentChanged } from "./document-changed.ts";
import { requireContent, requireDate } from "./document-text.ts";
import { logEvent } from "./log.ts";
import { requireMayWrite, requireSignedIn } from "./membership.ts";
import { parseCommand, readJson } from "./parse-command.ts";

/**
 * PUT /projects/:projectId/agents/:agentKey/files/:type: the document as it is from then on, as `{document}`. Throws a
 * Refusal; a DocumentChanged when it is not of `baseRevision` any more.
 */
export async function saveDocument(
  request: Request,
  path: DocumentPath,
  readCaller: CallerReader,
  database: Database,
): Promise<{ document: StoredDocument }> {
  const caller = await readCaller(request.headers);
  requireSignedIn(caller, "edit a document");
  const address = parseWritableAddress(path);
  const command = parseCommand(saveDocumentCommand, await readJson(request));
  requireContent(command.content);
  requireDate(address.type, command.docDate);
  await requireMayWrite(caller, address.projectId, database);
  const { outcome, document } = await database.saveDocument(address, command, caller.requestedBy);
  if (outcome === "changed") throw new DocumentChanged(document, command.content);
  const { agentKey, type } = address;
  logEvent("info", "document_saved", { agentKey, document: type, revision: document.revision });
  return { document };
}
