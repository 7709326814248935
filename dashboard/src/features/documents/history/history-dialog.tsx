import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { describeFailure } from "../../../lib/error-text.ts";
import type { ExecutorRow } from "../../../lib/fleet/rows.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Button } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import type { Head } from "../edit.ts";
import { versionsQuery } from "../queries.ts";
import { VersionDiff } from "./version-diff.tsx";
import { VersionList } from "./version-list.tsx";

const SHOWN_FIRST = 30;
const SHOWN_MORE = 60;

export type Restore = {
  isBusy: boolean;
  /** Why it cannot be now. */
  refusal: string | undefined;
  onRestore: (content: string) => void;
};

type HistoryDialogProps = {
  name: string;
  documentId: string;
  head: Head;
  executors: readonly ExecutorRow[];
  /** Undefined: the person may only look. */
  restore: Restore | undefined;
  onClose: () => void;
};

/** Every text that the document had, each against that of now. */
export function HistoryDialog({ name, documentId, head, executors, restore, onClose }: HistoryDialogProps) {
  const [shown, setShown] = useState(SHOWN_FIRST);
  const [picked, setPicked] = useState<number>();
  const { data, error, refetch, isFetching } = useQuery({
    ...versionsQuery(documentId, shown),
    placeholderData: keepPreviousData,
  });
  const rows = data?.slice(0, shown);
  const version = rows?.find(({ id }) => id === picked) ?? rows?.find(({ revision }) => revision !== head.revision);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      title={`History of ${name}`}
      description="Every text that it had. What you restore becomes the newest one; nothing is lost."
      size="xl"
    >
      {rows === undefined && error === null && <ListSkeleton />}
      {rows === undefined && error !== null && (
        <p className="flex flex-wrap items-center justify-between gap-3 text-sm">
          {sentences("It could not be read", describeFailure(error).message)}
          <Button size="sm" onClick={() => void refetch()}>
            Retry
          </Button>
        </p>
      )}
      {rows !== undefined && (
        <div className="grid gap-5 sm:grid-cols-[15rem_minmax(0,1fr)]">
          <div className={classNames("min-w-0", picked !== undefined && "max-sm:hidden")}>
            <VersionList
              rows={rows}
              executors={executors}
              headRevision={head.revision}
              selected={version?.id}
              onSelect={setPicked}
            />
            {data !== undefined && data.length > shown && (
              <Button
                size="sm"
                variant="ghost"
                className="mt-2"
                isBusy={isFetching}
                onClick={() => setShown(shown + SHOWN_MORE)}
              >
                Show older
              </Button>
            )}
          </div>
          <div className={classNames("min-w-0", picked === undefined && "max-sm:hidden")}>
            {version === undefined ? (
              <p className="py-6 text-center text-quiet text-sm">There is no other text than that of now.</p>
            ) : (
              <VersionDiff
                key={version.id}
                version={version}
                head={head}
                restore={restore}
                onBack={() => setPicked(undefined)}
              />
            )}
          </div>
        </div>
      )}
    </Dialog>
  );
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading the history" className="flex flex-col gap-3">
      <Skeleton className="h-10 w-60" />
      <Skeleton className="h-10 w-60" />
      <Skeleton className="h-10 w-60" />
    </div>
  );
}
