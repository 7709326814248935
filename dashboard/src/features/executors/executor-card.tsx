import { Server } from "lucide-react";
import { useId } from "react";
import { isAlive, readProblem } from "#badge";
import { executorLabel } from "../../lib/fleet/executor-label.ts";
import type { ExecutorRow } from "../../lib/fleet/rows.ts";
import { sentences } from "../../lib/fleet/sentences.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { Notice } from "../../ui/notice.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { AgentsOnIt } from "./agents-on-it.tsx";
import { ExecutorDoctor } from "./executor-doctor.tsx";
import { CounterFacts, ExecutorFacts } from "./executor-facts.tsx";
import type { ExecutorView } from "./use-executors.ts";

type ExecutorCardProps = { view: ExecutorView; hasManyProjects: boolean; mayAsk: boolean; now: Date };

/** One executor in full. */
export function ExecutorCard({ view, hasManyProjects, mayAsk, now }: ExecutorCardProps) {
  const { executor, queue } = view;
  const titleId = useId();
  const alive = isAlive(executor.last_seen_at, now);
  return (
    <Card role="region" aria-labelledby={titleId} className="min-w-0 p-4 sm:p-5">
      <div className="flex items-center gap-3">
        <span aria-hidden className="grid size-11 shrink-0 place-items-center rounded-lg bg-sunken text-quiet">
          <Server className="size-5" />
        </span>
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 id={titleId} className="min-w-0 wrap-anywhere font-semibold text-base">
              {executorLabel(executor)}
            </h2>
            <StateBadge executor={executor} alive={alive} />
          </div>
          <code className="block truncate font-mono text-quiet text-xs">{executor.id}</code>
        </div>
      </div>
      <StateNotice executor={executor} alive={alive} />
      <ExecutorFacts executor={executor} queue={queue} />
      <CounterFacts counters={executor.counters} />
      <ExecutorDoctor executorId={executor.id} alive={alive} />
      <AgentsOnIt view={view} alive={alive} hasManyProjects={hasManyProjects} mayAsk={mayAsk} />
    </Card>
  );
}

type StateProps = { executor: ExecutorRow; alive: boolean };

function StateBadge({ executor, alive }: StateProps) {
  if (!alive) {
    return (
      <Badge tone="warning">
        Last seen <RelativeTime at={executor.last_seen_at} />
      </Badge>
    );
  }
  if (readProblem(executor.problem) !== undefined) return <Badge tone="danger">Takes no requests</Badge>;
  return <Badge tone="success">Alive</Badge>;
}

/** What is wrong with it, and what to do. */
function StateNotice({ executor, alive }: StateProps) {
  const problem = readProblem(executor.problem);
  if (!alive) {
    return (
      <Notice tone="warning" title="It is away" className="mt-4">
        What waits for it starts by itself when it is back. Wake the Mac; if it is awake,{" "}
        <code className="whitespace-nowrap font-mono text-xs">npm run executor -- status</code> there says why.
        {problem !== undefined && <p className="mt-1">Its last word: {sentences(problem.message, problem.hint)}</p>}
      </Notice>
    );
  }
  if (problem === undefined) return null;
  return (
    <Notice tone="danger" live="status" title={sentences(problem.message)} className="mt-4">
      {problem.hint !== undefined && <p>{sentences(problem.hint)}</p>}
      <p className="mt-1 text-quiet text-xs">
        Code <code className="font-mono text-ink">{problem.code}</code>
      </p>
    </Notice>
  );
}
