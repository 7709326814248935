import { formatDuration, formatTicking } from "../../../lib/fleet/durations.ts";
import { nextTry, stepsOf } from "../../../lib/fleet/request-steps.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { StepList } from "../../../lib/fleet/step-list.tsx";
import { useNow } from "../../../lib/use-now.ts";
import { SectionCard } from "../../../ui/section-card.tsx";
import type { AgentView } from "../agent-views.ts";
import { CancelFooter } from "./cancel-footer.tsx";
import { progressTitle, waitingWords } from "./progress-words.ts";

type RequestProgressProps = { view: AgentView; request: RequestRow; mayCancel: boolean };

/** How a request of an agent goes: its steps, what it waits for, and which attempt it is. */
export function RequestProgress({ view, request, mayCancel }: RequestProgressProps) {
  return (
    <SectionCard title={progressTitle(request)} aside={<Aside request={request} />}>
      <WaitingWords view={view} request={request} />
      <StepList steps={stepsOf(request, waitingWords(view) !== undefined)} />
      {mayCancel && <CancelFooter request={request} />}
    </SectionCard>
  );
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
  const words = waitingWords(view);
  if (request.status !== "queued" && !(request.status === "running" && words !== undefined)) return null;
  return (
    <div className="mb-5 flex flex-col gap-1 border-line border-b pb-4 text-quiet text-sm">
      {again && <NextTry {...again} />}
      {words !== undefined ? (
        <p className="text-pretty">
          <span className="font-medium text-ink">{words}.</span> It{" "}
          {request.status === "running" ? "goes on" : "starts"} by itself as soon as {view.executorName ?? "one"} is{" "}
          {view.badge.problem ? "ready" : "back"}; this page need not stay open.
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
