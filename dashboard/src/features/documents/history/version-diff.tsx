import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, Undo2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { describeFailure } from "../../../lib/error-text.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Button } from "../../../ui/button.tsx";
import { EditorSkeleton } from "../documents-skeleton.tsx";
import type { Head } from "../edit.ts";
import { versionTextQuery } from "../queries.ts";
import type { VersionRow } from "../rows.ts";
import type { Restore } from "./history-dialog.tsx";

const DiffEditor = lazy(async () => ({ default: (await import("../editor/diff-editor.tsx")).DiffEditor }));

type VersionDiffProps = {
  version: VersionRow;
  head: Head;
  restore: Restore | undefined;
  /** To the list, where there is room for one of both. */
  onBack: () => void;
};

/** What became of a version until now, and the way back to it. */
export function VersionDiff({ version, head, restore, onBack }: VersionDiffProps) {
  const { data: text, error, refetch } = useQuery(versionTextQuery(version.id));
  const isSame = text === head.content;
  // A conflict is settled where both texts are seen.
  const isOpen = version.conflict && version.settled_at === null;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Button size="sm" variant="ghost" icon={<ChevronLeft />} onClick={onBack} className="-ml-2 sm:hidden">
          All versions
        </Button>
        <p className="text-quiet text-xs">{isSame ? "The same as now" : "Red is gone since then, green is new."}</p>
        {restore !== undefined && text !== undefined && !isSame && !isOpen && (
          <Button
            size="sm"
            variant="primary"
            icon={<Undo2 />}
            isBusy={restore.isBusy}
            disabled={restore.refusal !== undefined}
            onClick={() => restore.onRestore(text)}
          >
            Restore this text
          </Button>
        )}
      </div>
      {restore?.refusal !== undefined && (
        <p className="text-pretty text-sm text-warning">{sentences(restore.refusal)}</p>
      )}
      <div className="overflow-hidden rounded-lg border border-line focus-within:border-focus">
        {error !== null && (
          <p className="flex flex-wrap items-center justify-between gap-3 p-5 text-sm">
            {sentences("It could not be read", describeFailure(error).message)}
            <Button size="sm" onClick={() => void refetch()}>
              Retry
            </Button>
          </p>
        )}
        {error === null && text === undefined && <EditorSkeleton />}
        {text !== undefined && (
          <Suspense fallback={<EditorSkeleton />}>
            <DiffEditor
              label="That text against the text of now"
              original={text}
              value={head.content}
              className="h-[52dvh] min-h-72 max-sm:h-[58dvh]"
            />
          </Suspense>
        )}
      </div>
    </div>
  );
}
