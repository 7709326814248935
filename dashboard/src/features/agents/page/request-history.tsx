import { useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { formatDuration } from "../durations.ts";
import type { RequestRow } from "../rows.ts";
import { sentences } from "../sentences.ts";
import { errorOf } from "./provision-steps.ts";
import { SectionCard } from "./section-card.tsx";

const SHOWN_FIRST = 5;

const KINDS: Partial<Record<string, string>> = {
  provision: "Set up",
  set_identity: "Name and emoji",
  deprovision: "Removal",
};

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
              {KINDS[request.kind] ?? request.kind}
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

function outcomeOf(request: RequestRow, isWaiting: boolean): string {
  const { status, requested_at, completed_at, picked_up_at } = request;
  if (status === "queued") return "Queued";
  if (status === "running") return isWaiting ? "Waiting for its Mac" : "Running";
  if (status === "error") return sentences(errorOf(request)?.message ?? "Failed").slice(0, -1);
  const ms = completed_at === null ? undefined : Date.parse(completed_at) - Date.parse(picked_up_at ?? requested_at);
  return ms === undefined ? "Done" : `Done in ${formatDuration(ms)}`;
}
