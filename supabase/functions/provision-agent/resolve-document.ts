import { resolveDocumentCommand, type StoredDocument } from "../_shared/contract.ts";
import type { CallerReader } from "./caller.ts";
import type { Database } from "./database.ts";
import { type DocumentPath, parseWritableAddress } from "./document-address.ts";
import { DocumentChanged } from "./document-changed.ts";
import { requireContent } from "./document-text.ts";
import { logEvent } from "./log.ts";
import { requireMayWrite, requireSignedIn } from "./membership.ts";
import { parseCommand, readJson } from "./parse-command.ts";

/**
 * POST /projects/:projectId/agents/:agentKey/files/:type/resolve: the document whose conflict is settled, as `{document}`.
 * Throws a Refusal; a DocumentChanged when one of the two sides is another by now.
 */
export async function resolveDocument(
  request: Request,
  path: DocumentPath,
  readCaller: CallerReader,
  database: Database,
): Promise<{ document: StoredDocument }> {
  const caller = await readCaller(request.headers);
  requireSignedIn(caller, "settle a conflict");
  const address = parseWritableAddress(path);
  const command = parseCommand(resolveDocumentCommand, await readJson(request));
  requireContent(command.content);
  await requireMayWrite(caller, address.projectId, database);
  const { outcome, document } = await database.resolveDocument(address, command, caller.requestedBy);
  if (outcome === "changed") throw new DocumentChanged(document, command.content);
  const { agentKey, type } = address;
  logEvent("info", "document_settled", { agentKey, document: type, revision: document.revision });
  return { document };
}
