import { FunctionsHttpError } from "@supabase/supabase-js";
import { queryOptions } from "@tanstack/react-query";
import {
  type DocumentType,
  documentAnswer,
  documentChanged,
  type ResolveDocumentCommand,
  type SaveDocumentCommand,
  type StoredDocument,
} from "#contract";
import { DOCUMENTS_KEY } from "../../lib/document-nudges.ts";
import { type AgentAddress, addressOf } from "../../lib/fleet/commands.ts";
import { supabase } from "../../lib/supabase.ts";
import type { DocumentRow, DocumentText, VersionRow } from "./rows.ts";

/** Every document of one agent, without contents. */
export function documentsQuery({ project_id, agent_key }: AgentAddress) {
  return queryOptions({
    queryKey: [...DOCUMENTS_KEY, project_id, agent_key],
    queryFn: async ({ signal }): Promise<DocumentRow[]> => {
      const { data } = await supabase
        .from("brain_docs")
        .select(
          "id, doc_type, revision, doc_date, updated_at, updated_by, brain_doc_disk(executor_id, revision, synced_at, error, conflict_version, doc_date)",
        )
        .eq("project_id", project_id)
        .eq("agent_key", agent_key)
        .abortSignal(signal)
        .throwOnError();
      return data;
    },
  });
}

/** The text of a document, asked for when its row named another revision; it may be newer than that by now. */
export function textQuery(id: string, revision: number) {
  return queryOptions({
    queryKey: ["document-text", id, revision],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<DocumentText> => {
      const { data } = await supabase
        .from("brain_docs")
        .select("content, revision, doc_date")
        .eq("id", id)
        .abortSignal(signal)
        .single()
        .throwOnError();
      return data;
    },
  });
}

/** The newest versions of a document without contents: one more than `count`, where there are more. */
export function versionsQuery(documentId: string, count: number) {
  return queryOptions({
    queryKey: [...DOCUMENTS_KEY, "versions", documentId, count],
    queryFn: async ({ signal }): Promise<VersionRow[]> => {
      const { data } = await supabase
        .from("brain_doc_versions")
        .select("id, revision, author, source, reason, conflict, settled_at, created_at, doc_date")
        .eq("doc_id", documentId)
        .order("id", { ascending: false })
        .limit(count + 1)
        .abortSignal(signal)
        .throwOnError();
      return data;
    },
  });
}

/** The text of one version, which never changes. */
export function versionTextQuery(versionId: number) {
  return queryOptions({
    queryKey: ["version-text", versionId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<string> => {
      const { data } = await supabase
        .from("brain_doc_versions")
        .select("content")
        .eq("id", versionId)
        .abortSignal(signal)
        .single()
        .throwOnError();
      return data.content;
    },
  });
}

/** The text that a document had at a revision; null when it is kept no more. */
export function revisionTextQuery(documentId: string, revision: number) {
  return queryOptions({
    queryKey: ["revision-text", documentId, revision],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<string | null> => {
      const { data } = await supabase
        .from("brain_doc_versions")
        .select("content")
        .eq("doc_id", documentId)
        .eq("revision", revision)
        .order("id", { ascending: false })
        .limit(1)
        .abortSignal(signal)
        .throwOnError();
      return data[0]?.content ?? null;
    },
  });
}

const pathOf = (agent: AgentAddress, type: DocumentType) => `${addressOf(agent)}/files/${type}`;

/** Asks the function to make this the document. Throws FunctionsError, document_changed among them. */
export async function saveDocument(
  agent: AgentAddress,
  type: DocumentType,
  command: SaveDocumentCommand,
): Promise<StoredDocument> {
  const { data, error } = await supabase.functions.invoke(pathOf(agent, type), { method: "PUT", body: command });
  if (error) throw error;
  return documentAnswer.parse(data).document;
}

/** Asks the function to settle a conflict with this text. Throws FunctionsError, document_changed among them. */
export async function resolveDocument(
  agent: AgentAddress,
  type: DocumentType,
  command: ResolveDocumentCommand,
): Promise<StoredDocument> {
  const { data, error } = await supabase.functions.invoke(`${pathOf(agent, type)}/resolve`, {
    method: "POST",
    body: command,
  });
  if (error) throw error;
  return documentAnswer.parse(data).document;
}

/** The document as it is now, when that is why it was not saved; undefined for every other error. */
export async function readChanged(error: unknown): Promise<StoredDocument | undefined> {
  const response: unknown = error instanceof FunctionsHttpError ? error.context : undefined;
  if (!(response instanceof Response) || response.status !== 409) return undefined;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return documentChanged.safeParse(body).data?.document;
}
