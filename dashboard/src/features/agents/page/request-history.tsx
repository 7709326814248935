import { useState } from "react";
import { kindLabel, outcomeOf } from "../../../lib/fleet/request-words.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { Button } from "../../../ui/button.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { SectionCard } from "../../../ui/section-card.tsx";

const SHOWN_FIRST = 5;

type RequestHistoryProps = { requests: readonly RequestRow[]; isWaiting: boolean };

/** Every request of one agent, newest first. `isWaiting`: the Mac of the one that is open is away. */
export function RequestHistory({ requests, isWaiting }: RequestHistoryProps) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? requests : requests.slice(0, SHOWN_FIRST);
  if (requests.length === 0) return null;
  return (
    <SectionCard title="Requests">
      <ol className="flex flex-col gap-3">
        {shown.map((request) => (
          <li key={request.id} className="flex items-baseline justify-between gap-3 text-sm">
            <span className="min-w-0">
              {kindLabel(request)}
              <span className="block text-pretty text-quiet text-xs">{outcomeOf(request, isWaiting)}</span>
            </span>
            <RelativeTime at={request.requested_at} className="shrink-0 text-quiet text-xs tabular-nums" />
          </li>
        ))}
      </ol>
      {requests.length > SHOWN_FIRST && !isWhole && (
        <Button size="sm" variant="ghost" className="mt-3 -ml-2.5" onClick={() => setIsWhole(true)}>
          Show all {requests.length}
        </Button>
      )}
    </SectionCard>
  );
}
