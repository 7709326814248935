import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { DocumentType, ResolveDocumentCommand, SaveDocumentCommand, StoredDocument } from "#contract";
import { type Failure, readFailure } from "../../lib/error-text.ts";
import type { AgentAddress } from "../../lib/fleet/commands.ts";
import { documentsQuery, readChanged, resolveDocument, saveDocument, textQuery } from "./queries.ts";
import type { DocumentRow } from "./rows.ts";

type Events = {
  row: DocumentRow | undefined;
  onSaved: (document: StoredDocument) => void;
  /** It is another document by now than the one that was to be saved, which is `content`. */
  onChanged: (document: StoredDocument, content: string) => void;
};

const CHANGED_MEANWHILE: Failure = {
  code: "document_changed",
  message: "One of the two texts was changed meanwhile",
  hint: "Nothing was saved. Look again, then choose",
};

/** Saves a document and settles its conflicts. A refusal stays until the next try. */
export function useDocumentCommands(agent: AgentAddress, type: DocumentType, { row, onSaved, onChanged }: Events) {
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const { queryKey } = documentsQuery(agent);

  /** So that its text is there as soon as its row names the revision. */
  const keepText = ({ content, revision, docDate }: StoredDocument) => {
    if (row === undefined) return;
    client.setQueryData(textQuery(row.id, revision).queryKey, { content, revision, doc_date: docDate });
  };
  const events = {
    onMutate: () => setRefusal(null),
    onSuccess: async (document: StoredDocument) => {
      keepText(document);
      onSaved(document);
      await client.invalidateQueries({ queryKey });
    },
  };
  const onError = async (error: Error, handle: (document: StoredDocument) => void) => {
    const document = await readChanged(error);
    if (document === undefined) setRefusal(await readFailure(error));
    else {
      keepText(document);
      handle(document);
    }
    await client.invalidateQueries({ queryKey });
  };
  const saving = useMutation({
    mutationFn: (command: SaveDocumentCommand) => saveDocument(agent, type, command),
    ...events,
    onError: (error, { content }) => onError(error, (document) => onChanged(document, content)),
  });
  const resolving = useMutation({
    mutationFn: (command: ResolveDocumentCommand) => resolveDocument(agent, type, command),
    ...events,
    // The choice is shown anew, with the texts of now.
    onError: (error) => onError(error, () => setRefusal(CHANGED_MEANWHILE)),
  });
  return {
    save: saving.mutate,
    resolve: resolving.mutate,
    isBusy: saving.isPending || resolving.isPending,
    refusal,
  };
}
