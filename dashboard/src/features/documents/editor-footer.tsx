import { useState } from "react";
import { actorOf } from "../../lib/fleet/actor.ts";
import type { ExecutorRow } from "../../lib/fleet/rows.ts";
import { useSession } from "../../lib/session.ts";
import { classNames } from "../../ui/class-names.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import type { DocumentRow } from "./rows.ts";
import type { TextSize } from "./text-size.ts";

type EditorFooterProps = {
  size: TextSize;
  row: DocumentRow | undefined;
  executors: readonly ExecutorRow[];
  /** The last one that was saved from here. */
  ownRevision: number;
};

const SIZE_TONES = {
  quiet: "text-quiet",
  warning: "font-medium text-warning",
  danger: "font-medium text-danger",
} as const;

/** How long the text is, and who changed it last. */
export function EditorFooter({ size, row, executors, ownRevision }: EditorFooterProps) {
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-line border-t bg-surface px-4 py-2 text-xs tabular-nums sm:px-5">
      <span className={SIZE_TONES[size.tone]}>
        {size.words}
        {size.tone === "warning" && ": OpenClaw cuts the rest"}
      </span>
      {row !== undefined && <LastChange row={row} executors={executors} ownRevision={ownRevision} />}
    </div>
  );
}

type LastChangeProps = { row: DocumentRow; executors: readonly ExecutorRow[]; ownRevision: number };

function LastChange({ row, executors, ownRevision }: LastChangeProps) {
  const session = useSession();
  const userId = session.status === "signed-in" ? session.userId : undefined;
  const [openedAt] = useState(row.revision);
  const isNews = row.revision !== openedAt && row.revision !== ownRevision;
  const actor = actorOf(row.updated_by, { userId, executors });
  const isFromDisk = row.updated_by?.startsWith("executor:") ?? false;
  const person = actor === "You" ? "you" : actor;
  const words = isFromDisk ? `from disk at ${actor}` : person === undefined ? "" : `by ${person}`;
  return (
    <span className={classNames("text-quiet", isNews && "text-info")}>
      <span {...(isNews && { role: "status" })}>{`${isNews ? "Updated" : "Changed"} ${words}`.trim()}</span>{" "}
      <RelativeTime at={row.updated_at} />
    </span>
  );
}
