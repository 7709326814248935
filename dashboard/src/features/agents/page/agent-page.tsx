import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "wouter";
import type { BadgeState } from "#badge";
import { mayChange } from "../../../lib/access.ts";
import { findByPath } from "../../../lib/fleet/agent-path.ts";
import { DataNotice, useIsOutdated } from "../../../lib/fleet/data-notice.tsx";
import { RequestError } from "../../../lib/fleet/request-error.tsx";
import type { AgentRow, RequestRow } from "../../../lib/fleet/rows.ts";
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
import { EditAgent } from "./edit-agent.tsx";
import { requestToShow, waitingWords } from "./progress-words.ts";
import { RemoveAgent } from "./remove-agent.tsx";
import { RemovedAgent } from "./removed-agent.tsx";
import { RequestHistory } from "./request-history.tsx";
import { RequestProgress } from "./request-progress.tsx";
import { TalkToIt } from "./talk-to-it.tsx";

type AgentPageProps = {
  /** As in the table. */
  agentKey: string;
  /** What another feature shows of its documents. */
  renderDocuments: (agent: AgentRow) => ReactNode;
};

/** One agent: how its set-up goes, what it is, how to talk to it. */
export function AgentPage({ agentKey, renderDocuments }: AgentPageProps) {
  const data = useAgentViews();
  const [parameters] = useSearchParams();
  const project = parameters.get("project");
  const view = findByPath(data.views, agentKey, project);
  const past = view === undefined ? pastRequests(data.requests, agentKey, project) : [];
  usePageTitle(view?.agent.name ?? past[0]?.display_name ?? "Agent");
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
      {data.status === "ready" && view === undefined && <AbsentAgent agentKey={agentKey} past={past} data={data} />}
      {data.status === "ready" && view !== undefined && (
        <AgentDetails view={view} data={data} documents={!view.isPending && renderDocuments(view.agent)} />
      )}
    </div>
  );
}

type AbsentAgentProps = { agentKey: string; past: readonly RequestRow[]; data: AgentData };

function AbsentAgent({ agentKey, past, data }: AbsentAgentProps) {
  const [newest] = past;
  if (newest === undefined) return <AgentNotFound agentKey={agentKey} />;
  const mayCreate = mayChange(data.access, newest.project_id);
  return <RemovedAgent newest={newest} requests={past} executors={data.executors} mayCreate={mayCreate} />;
}

/** States in which the badge speaks of a request that ended without what it was for. */
const ENDED_BADLY: ReadonlySet<BadgeState> = new Set([
  "failed",
  "cancelled",
  "adoption_failed",
  "identity_failed",
  "removal_failed",
]);

type AgentDetailsProps = { view: AgentView; data: AgentData; documents: ReactNode };

function AgentDetails({ view, data, documents }: AgentDetailsProps) {
  const { agent, badge, request, isPending } = view;
  const { executors } = data;
  const requests = newestFirst(data.requests.filter((one) => viewId(one) === view.id));
  const shown = requestToShow(requests);
  const isLive = badge.group === "live";
  const isMine = mayChange(data.access, agent.project_id);
  // Before the answer to its creation nobody knows what it is called there.
  const mayEdit = isMine && !isPending;
  const isRemoving = badge.state === "removing";
  const retryLabel = badge.action?.kind === "retry" ? badge.action.label : undefined;
  return (
    <div className={classNames("flex flex-col gap-6 transition-[filter]", useIsOutdated(data) && "saturate-25")}>
      <AgentHeader view={view} actions={mayEdit && <EditAgent agent={agent} isRemoving={isRemoving} />} />
      <p role="status" className="sr-only">
        {badge.label}
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          {request !== null && ENDED_BADLY.has(badge.state) && (
            <RequestError request={request} retryLabel={retryLabel} mayRetry={isMine} />
          )}
          <BadgeNotice view={view} mayChange={isMine} />
          {isLive && <TalkToIt view={view} />}
          {isLive && documents}
          {shown !== undefined && <RequestProgress view={view} request={shown} mayCancel={isMine} />}
          {!isLive && documents}
          <ActivityList agent={agent} requests={requests} executors={executors} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <AgentFacts view={view} executors={executors} mayMove={mayEdit && !isRemoving} />
          <RequestHistory requests={requests} isWaiting={waitingWords(view) !== undefined} />
        </div>
      </div>
      {mayEdit && <RemoveAgent agent={agent} requests={requests} executors={executors} isRemoving={isRemoving} />}
    </div>
  );
}

function newestFirst(requests: readonly RequestRow[]): RequestRow[] {
  return requests.toSorted((one, other) => Date.parse(other.requested_at) - Date.parse(one.requested_at));
}

/** What is left of an agent that is gone, newest first. None while one is to be set up: its row is on its way. */
function pastRequests(requests: readonly RequestRow[], agentKey: string, project: string | null): RequestRow[] {
  const ofKey = requests.filter(
    (one) => one.agent_key === agentKey && (project === null || one.project_id === project),
  );
  const [newest, ...others] = newestFirst(ofKey);
  if (newest === undefined) return [];
  const isComing = newest.kind !== "deprovision" && newest.status !== "done" && newest.status !== "error";
  return isComing ? [] : [newest, ...others.filter(({ project_id }) => project_id === newest.project_id)];
}
