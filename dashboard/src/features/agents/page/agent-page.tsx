import { ChevronLeft } from "lucide-react";
import { Link, useSearchParams } from "wouter";
import { mayChange } from "../../../lib/access.ts";
import { findByPath } from "../../../lib/fleet/agent-path.ts";
import { DataNotice, useIsOutdated } from "../../../lib/fleet/data-notice.tsx";
import { RequestError } from "../../../lib/fleet/request-error.tsx";
import { viewId } from "../../../lib/fleet/view-id.ts";
import { usePageTitle } from "../../../lib/use-page-title.ts";
import { classNames } from "../../../ui/class-names.ts";
import type { AgentView } from "../agent-views.ts";
import { type AgentData, useAgentViews } from "../use-agent-views.ts";
import { ActivityList } from "./activity-list.tsx";
import { AgentFacts } from "./agent-facts.tsx";
import { AgentHeader } from "./agent-header.tsx";
import { AgentNotFound } from "./agent-not-found.tsx";
import { AgentSkeleton } from "./agent-skeleton.tsx";
import { BadgeNotice } from "./badge-notice.tsx";
import { RequestHistory } from "./request-history.tsx";
import { RequestProgress } from "./request-progress.tsx";
import { TalkToIt } from "./talk-to-it.tsx";

/** One agent: how its set-up goes, what it is, how to talk to it. `agentKey` as in the table. */
export function AgentPage({ agentKey }: { agentKey: string }) {
  const data = useAgentViews();
  const [parameters] = useSearchParams();
  const view = findByPath(data.views, agentKey, parameters.get("project"));
  usePageTitle(view?.agent.name ?? "Agent");
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <Link
        href="/"
        className="-ml-1 inline-flex items-center gap-1 self-start rounded-sm pr-1 text-quiet text-sm transition-colors hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" />
        Agents
      </Link>
      <DataNotice data={data} what="The agent" />
      {data.status === "loading" && <AgentSkeleton />}
      {data.status === "ready" && view === undefined && <AgentNotFound agentKey={agentKey} />}
      {data.status === "ready" && view !== undefined && <AgentDetails view={view} data={data} />}
    </div>
  );
}

function AgentDetails({ view, data }: { view: AgentView; data: AgentData }) {
  const { badge, request } = view;
  const requests = data.requests
    .filter((one) => viewId(one) === view.id)
    .sort((one, other) => Date.parse(other.requested_at) - Date.parse(one.requested_at));
  const provision = requests.find(({ kind }) => kind === "provision");
  // What was called off before it began has no steps to show.
  const hasSteps = provision !== undefined && (provision.picked_up_at !== null || badge.state !== "cancelled");
  const isLive = badge.group === "live";
  const isMine = mayChange(data.access, view.agent.project_id);
  const retryLabel = badge.action?.kind === "retry" ? badge.action.label : undefined;
  return (
    <div className={classNames("flex flex-col gap-6 transition-[filter]", useIsOutdated(data) && "saturate-25")}>
      <AgentHeader view={view} />
      <p role="status" className="sr-only">
        {badge.label}
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          {request?.status === "error" && <RequestError request={request} retryLabel={retryLabel} mayRetry={isMine} />}
          <BadgeNotice view={view} mayChange={isMine} />
          {isLive && <TalkToIt view={view} />}
          {hasSteps && <RequestProgress view={view} request={provision} mayCancel={isMine} />}
          <ActivityList agent={view.agent} requests={requests} executors={data.executors} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <AgentFacts view={view} executors={data.executors} />
          <RequestHistory requests={requests} isWaiting={badge.state === "waiting"} />
        </div>
      </div>
    </div>
  );
}
