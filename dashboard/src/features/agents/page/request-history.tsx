import { useRef } from "react";
import { kindLabel, outcomeOf } from "../../../lib/fleet/request-words.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { useShowAll } from "../../../lib/use-show-all.ts";
import { Button } from "../../../ui/button.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { SectionCard } from "../../../ui/section-card.tsx";

const SHOWN_FIRST = 5;

type RequestHistoryProps = { requests: readonly RequestRow[]; isWaiting: boolean };

/** Every request of one agent, newest first. `isWaiting`: the Mac of the one that is open is away. */
export function RequestHistory({ requests, isWaiting }: RequestHistoryProps) {
  const list = useRef<HTMLOListElement>(null);
  const { shown, showAll } = useShowAll(requests, SHOWN_FIRST, list);
  if (requests.length === 0) return null;
  return (
    <SectionCard title="Requests">
      <ol ref={list} className="flex flex-col gap-3">
        {shown.map((request) => (
          <li key={request.id} tabIndex={-1} className="flex items-baseline justify-between gap-3 rounded-sm text-sm">
            <span className="min-w-0">
              {kindLabel(request)}
              <span className="block text-pretty text-quiet text-xs">{outcomeOf(request, isWaiting)}</span>
            </span>
            <RelativeTime at={request.requested_at} className="shrink-0 text-quiet text-xs tabular-nums" />
          </li>
        ))}
      </ol>
      {showAll !== undefined && (
        <Button size="sm" variant="ghost" className="mt-3 -ml-2.5" onClick={showAll}>
          Show all {requests.length}
        </Button>
      )}
    </SectionCard>
  );
}
