import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { describeFailure } from "../../../lib/error-text.ts";
import { actorOf } from "../../../lib/fleet/actor.ts";
import type { AgentAddress } from "../../../lib/fleet/commands.ts";
import type { ExecutorRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { useSession } from "../../../lib/session.ts";
import { Button } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { SectionCard } from "../../../ui/section-card.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { TONE_SOLID } from "../../../ui/tone.ts";
import type { ActivityRow } from "../activity-row.ts";
import { ACTIVITIES_KEY, activitiesQuery } from "../queries.ts";
import { toneOf } from "./activity-words.ts";

const SHOWN_FIRST = 8;
const SHOWN_MORE = 40;

type ActivityListProps = {
  agent: AgentAddress;
  /** The agent's own. */
  requests: readonly RequestRow[];
  executors: readonly ExecutorRow[];
};

/** Who did what to the agent, and when; newest first. */
export function ActivityList({ agent, requests, executors }: ActivityListProps) {
  const [shown, setShown] = useState(SHOWN_FIRST);
  const { data, error, refetch, isFetching } = useQuery({
    ...activitiesQuery(agent, shown),
    placeholderData: keepPreviousData,
  });
  useNewActivities(requests);
  const rows = data?.slice(0, shown);
  if (rows?.length === 0) return null;
  return (
    <SectionCard title="Activity">
      {rows === undefined && error === null && <ActivitySkeleton />}
      {rows === undefined && error !== null && (
        <p className="flex flex-wrap items-center justify-between gap-3 text-quiet text-sm">
          {sentences("It could not be read", describeFailure(error).message)}
          <Button size="sm" onClick={() => void refetch()}>
            Retry
          </Button>
        </p>
      )}
      {rows !== undefined && (
        <ol className="flex flex-col gap-3">
          {rows.map((activity) => (
            <Activity key={activity.id} activity={activity} executors={executors} />
          ))}
        </ol>
      )}
      {data !== undefined && data.length > shown && (
        <Button
          size="sm"
          variant="ghost"
          className="mt-3 -ml-2.5"
          isBusy={isFetching}
          onClick={() => setShown(shown + SHOWN_MORE)}
        >
          Show older
        </Button>
      )}
    </SectionCard>
  );
}

/** What happens to requests is written down as activities in the same transaction, so that the one tells of the other. */
function useNewActivities(requests: readonly RequestRow[]): void {
  const client = useQueryClient();
  const states = requests.map(({ id, status }) => `${id} ${status}`).join();
  const known = useRef(states);
  useEffect(() => {
    if (known.current === states) return;
    known.current = states;
    void client.invalidateQueries({ queryKey: ACTIVITIES_KEY });
  }, [client, states]);
}

function Activity({ activity, executors }: { activity: ActivityRow; executors: readonly ExecutorRow[] }) {
  const session = useSession();
  const userId = session.status === "signed-in" ? session.userId : undefined;
  const actor = actorOf(activity.requested_by, { userId, executors });
  return (
    <li className="flex items-start gap-3 text-sm">
      <span aria-hidden className={classNames("mt-1.5 size-2 shrink-0 rounded-full", TONE_SOLID[toneOf(activity)])} />
      <span className="min-w-0 flex-1">
        <span className="block wrap-anywhere">{activity.message}</span>
        {actor !== undefined && <span className="block text-quiet text-xs">{actor}</span>}
      </span>
      <RelativeTime at={activity.created_at} className="shrink-0 text-quiet text-xs leading-5 tabular-nums" />
    </li>
  );
}

function ActivitySkeleton() {
  return (
    <div role="status" aria-label="Loading the activity" className="flex flex-col gap-3">
      <Skeleton className="h-4 w-3/4" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}
