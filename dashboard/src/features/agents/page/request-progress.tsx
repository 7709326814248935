import { formatDuration, formatTicking } from "../../../lib/fleet/durations.ts";
import { errorOf, nextTry, stepsOf } from "../../../lib/fleet/request-steps.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { StepList } from "../../../lib/fleet/step-list.tsx";
import { useNow } from "../../../lib/use-now.ts";
import { SectionCard } from "../../../ui/section-card.tsx";
import type { AgentView } from "../agent-views.ts";
import { partBadge } from "../badge-words.ts";
import { CancelFooter } from "./cancel-footer.tsx";

type RequestProgressProps = { view: AgentView; request: RequestRow; mayCancel: boolean };

/** How an agent's set-up goes: its steps, what it waits for, and which attempt it is. */
export function RequestProgress({ view, request, mayCancel }: RequestProgressProps) {
  return (
    <SectionCard title={titleOf(request)} aside={<Aside request={request} />}>
      <WaitingWords view={view} request={request} />
      <StepList steps={stepsOf(request, view.badge.state === "waiting")} />
      {mayCancel && <CancelFooter request={request} />}
    </SectionCard>
  );
}

function titleOf(request: RequestRow): string {
  if (request.status === "done") return "Set up";
  if (request.status !== "error") return "Setting up";
  return errorOf(request)?.code === "cancelled" ? "Set-up cancelled" : "Set-up failed";
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
function WaitingWords({ view, request }: Pick<RequestProgressProps, "view" | "request">) {
  const again = nextTry(request);
  const { badge } = view;
  const isWaiting = badge.state === "waiting";
  if (request.status !== "queued" && !(request.status === "running" && isWaiting)) return null;
  const { short, rest } = partBadge(badge);
  // What is wrong there stands above, in full.
  const isToldAbove = rest === undefined || badge.problem !== undefined;
  return (
    <div className="mb-5 flex flex-col gap-1 border-line border-b pb-4 text-quiet text-sm">
      {again && <NextTry {...again} />}
      {isWaiting ? (
        <p className="text-pretty">
          <span className="font-medium text-ink">{isToldAbove ? short : `${short}, ${lowerFirst(rest)}`}.</span> It{" "}
          {request.status === "running" ? "goes on" : "starts"} by itself as soon as {view.executorName ?? "one"} is{" "}
          {badge.problem ? "ready" : "back"}; this page need not stay open.
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
