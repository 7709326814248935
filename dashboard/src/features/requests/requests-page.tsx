import { ListChecks } from "lucide-react";
import { Link } from "wouter";
import { mayChangeAnything } from "../../lib/access.ts";
import { DataNotice } from "../../lib/fleet/data-notice.tsx";
import { usePageTitle } from "../../lib/use-page-title.ts";
import { Badge } from "../../ui/badge.tsx";
import { buttonStyle } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { inGroup } from "./filter-requests.ts";
import { RequestsList } from "./requests-list.tsx";
import { RequestsSkeleton } from "./requests-skeleton.tsx";
import { type RequestData, useRequestViews } from "./use-request-views.ts";

/** Everything that was asked for: what became of it, who asked, and when. */
export function RequestsPage() {
  const data = useRequestViews();
  usePageTitle("Requests");
  const isEmpty = data.status === "ready" && data.views.length === 0;
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHeader
        title="Requests"
        description={<p>{describe(data)}</p>}
        {...(!mayChangeAnything(data.access) && {
          actions: (
            <Badge tone="muted" mark="none">
              View only
            </Badge>
          ),
        })}
      />
      <DataNotice data={data} what="The requests" />
      {data.status === "loading" && <RequestsSkeleton />}
      {isEmpty && (
        <EmptyState
          icon={<ListChecks />}
          title="Nothing has been asked for yet"
          action={
            <Link href="/" className={buttonStyle({})}>
              Go to your agents
            </Link>
          }
        >
          Whoever creates, renames, adopts or removes an agent leaves a request here, with what became of it.
        </EmptyState>
      )}
      {data.status === "ready" && !isEmpty && <RequestsList data={data} />}
    </div>
  );
}

const number = new Intl.NumberFormat("en-GB");

function describe({ status, views }: RequestData): string {
  if (status !== "ready" || views.length === 0) return "What your Macs were asked for";
  const open = inGroup(views, "open").length;
  return `${number.format(views.length)} ${views.length === 1 ? "request" : "requests"}, ${number.format(open)} open`;
}
