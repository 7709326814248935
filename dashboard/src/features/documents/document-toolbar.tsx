import { History } from "lucide-react";
import { modLabel } from "../../lib/use-mod-shortcut.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SegmentedFilter } from "../../ui/segmented-filter.tsx";
import type { DiskState } from "./disk-words.ts";

type DocumentToolbarProps = {
  state: DiskState;
  isDirty: boolean;
  isLocked: boolean;
  isPreview: boolean;
  onPreviewChange: (isPreview: boolean) => void;
  /** Whether the text is to be seen, and not a choice between two. */
  mayPreview: boolean;
  /** Undefined while there is none. */
  onHistory: (() => void) | undefined;
  onDiscard: () => void;
  onSave: () => void;
  maySave: boolean;
  isSaving: boolean;
};

const VIEWS = [
  { value: "write", label: "Write" },
  { value: "preview", label: "Preview" },
] as const;
const READ_VIEWS = [{ value: "write", label: "Text" }, VIEWS[1]] as const;

/** Where the document stands, and what can be done with it. */
export function DocumentToolbar(props: DocumentToolbarProps) {
  const { state, isDirty, isLocked, isPreview, onPreviewChange, mayPreview, onHistory } = props;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-2">
      <div className="flex min-w-0 flex-1 basis-60 items-center justify-between gap-2">
        <SavedState state={state} isDirty={isDirty} isSaving={props.isSaving} />
        {onHistory !== undefined && (
          <Button icon={<History />} onClick={onHistory} className="max-sm:px-2.5">
            <span className="max-sm:sr-only">History</span>
          </Button>
        )}
      </div>
      {mayPreview && (
        <div className="flex items-center gap-2 max-sm:w-full">
          <SegmentedFilter
            label="View"
            options={isLocked ? READ_VIEWS : VIEWS}
            value={isPreview ? "preview" : "write"}
            onValueChange={(view) => onPreviewChange(view === "preview")}
            className="max-sm:mr-auto"
          />
          {!isLocked && isDirty && (
            <Button variant="ghost" onClick={props.onDiscard} disabled={props.isSaving}>
              Discard
            </Button>
          )}
          {!isLocked && (
            <Button
              variant="primary"
              disabled={!props.maySave}
              isBusy={props.isSaving}
              onClick={props.onSave}
              aria-keyshortcuts="Control+S Meta+S"
            >
              Save
              <span aria-hidden className="max-sm:hidden">
                <Kbd className="border-transparent bg-transparent text-on-accent">{modLabel("s")}</Kbd>
              </span>
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function SavedState({ state, isDirty, isSaving }: Pick<DocumentToolbarProps, "state" | "isDirty" | "isSaving">) {
  if (isSaving || isDirty) {
    return (
      <Badge tone={isSaving ? "info" : "warning"} mark={isSaving ? "spinner" : "dot"}>
        <span role="status">{isSaving ? "Saving…" : "Unsaved"}</span>
      </Badge>
    );
  }
  return (
    <Badge tone={state.tone} mark={state.kind === "on-its-way" ? "pulse" : "dot"}>
      <span role="status">{state.words}</span>
      {state.at !== undefined && (
        <>
          {" "}
          <RelativeTime at={state.at} />
        </>
      )}
    </Badge>
  );
}
