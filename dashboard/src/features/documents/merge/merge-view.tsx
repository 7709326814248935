import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { EditorSkeleton } from "../documents-skeleton.tsx";

const DiffEditor = lazy(async () => ({ default: (await import("../editor/diff-editor.tsx")).DiffEditor }));

type MergeViewProps = {
  name: string;
  /** What the marks mean. */
  mineLabel: string;
  theirsLabel: string;
  theirs: string;
  value: string;
  /** Undefined: it is only looked at. */
  onValueChange?: ((value: string) => void) | undefined;
  /** What is there is being saved, and takes no more. */
  isBusy: boolean;
  /** Buttons. */
  children?: ReactNode;
};

/** What is here against what is there: each difference can be taken or left, and all of it typed in. */
export function MergeView(props: MergeViewProps) {
  const { name, mineLabel, theirsLabel, theirs, value, onValueChange, isBusy, children } = props;
  const [count, setCount] = useState<number>();
  const merge = useMemo(
    () => onValueChange && { keepLabel: "Keep", takeLabel: "Take theirs", onValueChange, onCount: setCount },
    [onValueChange],
  );
  return (
    <div className="flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-raised focus-within:border-focus">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1 border-line border-b px-4 py-2.5 text-xs sm:px-5">
        <Legend mark="−" look="bg-danger-soft text-danger" label={theirsLabel} />
        <Legend mark="+" look="bg-success-soft text-success" label={mineLabel} />
        {count !== undefined && (
          <span role="status" className="ml-auto text-quiet tabular-nums">
            {count === 0 ? "No differences left" : `${count} ${count === 1 ? "difference" : "differences"} left`}
          </span>
        )}
      </div>
      <Suspense fallback={<EditorSkeleton />}>
        <DiffEditor
          label={onValueChange === undefined ? `${name}, both texts` : `${name}, merged`}
          original={theirs}
          value={value}
          merge={merge}
          isBusy={isBusy}
          className="max-h-[clamp(14rem,calc(100dvh-31rem),60rem)] min-h-48 overflow-hidden max-sm:max-h-[60dvh] [&>.cm-editor]:max-h-[inherit]"
        />
      </Suspense>
      {children !== undefined && (
        <div className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3 sm:px-5">{children}</div>
      )}
    </div>
  );
}

function Legend({ mark, look, label }: { mark: string; look: string; label: string }) {
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className={`grid size-5 place-items-center rounded-xs font-mono ${look}`}>
        {mark}
      </span>
      <span>
        <span className="sr-only">{mark === "+" ? "Added: " : "Taken away: "}</span>
        {label}
      </span>
    </span>
  );
}
