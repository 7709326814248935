import type { QueryClient } from "@tanstack/react-query";

/** What is read of documents stands under this key in the cache; contents, which never change, do not. */
export const DOCUMENTS_KEY = ["documents"] as const;

/** Their rows are read in parts and with their contents by id, so an event says no more than "look again". */
export const DOCUMENT_TABLES = ["brain_docs", "brain_doc_disk"] as const;

/** How long events are gathered: two hundred agents that wake up together are one look. */
const GATHER_MS = 300;

/** `nudge` reads again soon what the page shows of documents. */
export function createDocumentNudges(queryClient: QueryClient): { nudge: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    timer = undefined;
    // A fetch under way may have been answered before the event: it starts anew.
    void queryClient.invalidateQueries({ queryKey: DOCUMENTS_KEY });
  };
  return {
    nudge: () => {
      timer ??= setTimeout(look, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
