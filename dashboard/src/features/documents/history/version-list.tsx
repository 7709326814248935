import { actorOf } from "../../../lib/fleet/actor.ts";
import type { ExecutorRow } from "../../../lib/fleet/rows.ts";
import { useSession } from "../../../lib/session.ts";
import { useNow } from "../../../lib/use-now.ts";
import { Badge } from "../../../ui/badge.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import type { VersionRow } from "../rows.ts";
import { dayWords, originOf } from "../version-words.ts";

type VersionListProps = {
  rows: readonly VersionRow[];
  executors: readonly ExecutorRow[];
  /** The revision that the document has now. */
  headRevision: number;
  selected: number | undefined;
  onSelect: (id: number) => void;
};

/** The versions, newest first. */
export function VersionList({ rows, executors, headRevision, selected, onSelect }: VersionListProps) {
  const session = useSession();
  const userId = session.status === "signed-in" ? session.userId : undefined;
  const now = useNow(60);
  return (
    <ol className="-mx-2 flex flex-col gap-0.5 sm:max-h-[60dvh] sm:overflow-y-auto sm:p-0.5">
      {rows.map((row) => {
        const isHead = row.revision === headRevision;
        const isOpen = row.conflict && row.settled_at === null;
        return (
          <li key={row.id}>
            <button
              type="button"
              aria-current={row.id === selected ? "true" : undefined}
              onClick={() => onSelect(row.id)}
              className="flex w-full cursor-pointer flex-col items-start gap-0.5 rounded-md px-2 py-2 text-left text-sm -outline-offset-2 transition-colors hover:bg-hover aria-[current]:bg-accent-soft"
            >
              <span className="flex w-full items-baseline justify-between gap-3">
                <span className="min-w-0 font-medium">{originOf(row)}</span>
                <RelativeTime at={row.created_at} className="shrink-0 text-quiet text-xs tabular-nums" />
              </span>
              <span className="text-quiet text-xs">
                {actorOf(row.author, { userId, executors }) ?? "Somebody"}
                {row.doc_date !== null && ` · note of ${dayWords(row.doc_date, now)}`}
              </span>
              {(isHead || isOpen) && (
                <span className="mt-0.5">
                  <Badge tone={isOpen ? "warning" : "neutral"} mark="none">
                    {isOpen ? "Waits to be settled" : "Now"}
                  </Badge>
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
