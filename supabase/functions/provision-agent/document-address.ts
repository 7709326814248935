import { DOCUMENT_TYPES, type DocumentType, documentType, READ_ONLY_DOCUMENTS } from "../_shared/contract.ts";
import { type AgentAddress, parseAgentAddress } from "./agent-address.ts";
import { Refusal } from "./refusal.ts";

/** One document of one agent, as a path names it. */
export type DocumentAddress = AgentAddress & { type: DocumentType };
export type DocumentPath = AgentAddress & { type: string };

/** The document that a path names. Throws a Refusal: 400 for no agent, 404 for no such document. */
export function parseDocumentAddress(path: DocumentPath): DocumentAddress {
  const address = parseAgentAddress({ projectId: path.projectId, agentKey: path.agentKey });
  const type = documentType.safeParse(path.type);
  if (!type.success) {
    throw new Refusal("Agents have no such document", {
      status: 404,
      code: "not_found",
      field: "type",
      hint: `Its type is one of ${DOCUMENT_TYPES.join(", ")}`,
    });
  }
  return { ...address, type: type.data };
}

/** The same for a document that is to be written. Throws a Refusal (422) for one that people only read. */
export function parseWritableAddress(path: DocumentPath): DocumentAddress {
  const address = parseDocumentAddress(path);
  if (READ_ONLY_DOCUMENTS.has(address.type)) {
    throw new Refusal("This document is written from the agent's name and emoji", {
      status: 422,
      code: "document_read_only",
      hint: "Give the agent another name or emoji",
    });
  }
  return address;
}
