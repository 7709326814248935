import { isAlive, readProblem } from "#badge";
import { DataNotice, useIsOutdated } from "../../lib/fleet/data-notice.tsx";
import { usePageTitle } from "../../lib/use-page-title.ts";
import { classNames } from "../../ui/class-names.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ExecutorCard } from "./executor-card.tsx";
import { ExecutorsSkeleton } from "./executors-skeleton.tsx";
import { NoExecutors } from "./no-executors.tsx";
import { type ExecutorData, useExecutors } from "./use-executors.ts";

/** Each machine that runs agents: whether it is there, what waits for it, and what OpenClaw on it really holds. */
export function ExecutorsPage() {
  const data = useExecutors();
  const isOutdated = useIsOutdated(data);
  usePageTitle("Executors");
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHeader title="Executors" description={describe(data)} />
      <DataNotice data={data} what="The executors" />
      {data.status === "loading" && <ExecutorsSkeleton />}
      {data.status === "ready" && data.views.length === 0 && <NoExecutors />}
      {data.status === "ready" && (
        <div className={classNames("flex min-w-0 flex-col gap-5 transition-[filter]", isOutdated && "saturate-25")}>
          {data.views.map((view) => (
            <ExecutorCard
              key={view.executor.id}
              view={view}
              hasManyProjects={data.hasManyProjects}
              mayAsk={data.mayAsk}
              now={data.now}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function describe({ status, views, now }: ExecutorData): string {
  if (status !== "ready") return "The Macs that run your agents";
  if (views.length === 0) return "None yet";
  const alive = views.filter(({ executor }) => isAlive(executor.last_seen_at, now));
  const unfit = alive.filter(({ executor }) => readProblem(executor.problem) !== undefined).length;
  const away = views.length - alive.length;
  return [
    views.length === 1 ? "1 executor" : `${views.length} executors`,
    ...(away > 0 ? [views.length === 1 ? "away" : `${away} away`] : []),
    ...(unfit > 0 ? [views.length === 1 ? "takes no requests" : `${unfit} not fit to work`] : []),
    ...(away + unfit === 0 ? ["alive"] : []),
  ].join(", ");
}
