import { useNow } from "../../../lib/use-now.ts";
import type { AgentView } from "../agent-views.ts";
import { partBadge } from "../badge-words.ts";
import { formatDuration, formatTicking } from "../durations.ts";
import type { RequestRow } from "../rows.ts";
import { nextTry, stepsOf } from "./provision-steps.ts";
import { SectionCard } from "./section-card.tsx";
import { StepList } from "./step-list.tsx";

type RequestProgressProps = { view: AgentView; request: RequestRow };

/** How an agent's set-up goes: its steps, what it waits for, and which attempt it is. */
export function RequestProgress({ view, request }: RequestProgressProps) {
  return (
    <SectionCard title={titleOf(request)} aside={<Aside request={request} />}>
      <WaitingWords view={view} request={request} />
      <StepList steps={stepsOf(request)} />
    </SectionCard>
  );
}

function titleOf({ status }: RequestRow): string {
  if (status === "done") return "Set up";
  return status === "error" ? "Set-up failed" : "Setting up";
}

function Aside({ request }: { request: RequestRow }) {
  const { status, attempts, max_attempts: most, requested_at, completed_at } = request;
  if (status === "done" && completed_at !== null) {
    return <>Took {formatDuration(Date.parse(completed_at) - Date.parse(requested_at))}</>;
  }
  if (status === "running" && attempts > 0) {
    return (
      <>
        Attempt {attempts} of {most}
      </>
    );
  }
  return null;
}

/** Why nothing happens yet. */
function WaitingWords({ view, request }: RequestProgressProps) {
  const again = nextTry(request);
  if (request.status !== "queued") return null;
  const { short, rest } = partBadge(view.badge);
  return (
    <div className="mb-5 flex flex-col gap-1 border-line border-b pb-4 text-quiet text-sm">
      {again && <NextTry {...again} />}
      {view.badge.state === "waiting" ? (
        <p className="text-pretty">
          <span className="font-medium text-ink">{rest === undefined ? short : `${short}, ${lowerFirst(rest)}`}.</span>{" "}
          It starts by itself as soon as {view.executorName ?? "one"} is back; this page need not stay open.
        </p>
      ) : (
        !again && <p>{view.executorName ?? "An executor"} picks it up within seconds.</p>
      )}
    </div>
  );
}

function NextTry({ failed, of, at }: { failed: number; of: number; at: number }) {
  const left = at - useNow().getTime();
  return (
    <p>
      <span className="font-medium text-ink">
        Attempt {failed} of {of} failed.
      </span>{" "}
      <span className="tabular-nums">{left > 0 ? `Next try in ${formatTicking(left)}.` : "The next try is due."}</span>
    </p>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
