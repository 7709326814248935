import type { StoredDocument } from "../_shared/contract.ts";
import type { CallerReader } from "./caller.ts";
import type { Database } from "./database.ts";
import { type DocumentPath, parseDocumentAddress } from "./document-address.ts";
import { requireMayRead, requireSignedIn } from "./membership.ts";

/**
 * GET /projects/:projectId/agents/:agentKey/files/:type: a document and where it stands on its agent's machine, as
 * `{document}`. Throws a Refusal.
 */
export async function readDocument(
  headers: Headers,
  path: DocumentPath,
  readCaller: CallerReader,
  database: Database,
): Promise<{ document: StoredDocument }> {
  const caller = await readCaller(headers);
  requireSignedIn(caller, "read a document");
  const address = parseDocumentAddress(path);
  await requireMayRead(caller, address.projectId, database);
  return { document: await database.readDocument(address) };
}
