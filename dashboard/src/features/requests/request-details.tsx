import { mayChange } from "../../lib/access.ts";
import { CancelButton } from "../../lib/fleet/cancel-button.tsx";
import { cancellingOf } from "../../lib/fleet/cancelling.ts";
import { RequestError } from "../../lib/fleet/request-error.tsx";
import { stepsOf } from "../../lib/fleet/request-steps.ts";
import { sentences } from "../../lib/fleet/sentences.ts";
import { StepList } from "../../lib/fleet/step-list.tsx";
import { Notice } from "../../ui/notice.tsx";
import { detailsId } from "./details-id.ts";
import { RequestFacts } from "./request-facts.tsx";
import type { RequestView } from "./request-views.ts";
import type { RequestData } from "./use-request-views.ts";

/** All that is known of one request, and what can be done about it. */
export function RequestDetails({ view, data }: { view: RequestView; data: RequestData }) {
  const { request, wait, retryLabel } = view;
  const isMine = mayChange(data.access, request.project_id);
  const cancelling = cancellingOf(request);
  // What was called off before it began has no steps to show.
  const hasSteps = view.state !== "cancelled" || request.picked_up_at !== null;
  return (
    <div
      id={detailsId(request.id)}
      className="grid animate-rise gap-x-10 gap-y-5 border-line border-t bg-ground px-4 py-5 @4xl:grid-cols-[minmax(0,1fr)_24rem]"
    >
      <div className="flex min-w-0 flex-col gap-5">
        <RequestError request={request} retryLabel={retryLabel} mayRetry={isMine} />
        {wait !== undefined && (
          <Notice tone="warning" title={wait.label}>
            {sentences(wait.problem?.message, wait.problem?.hint, goesOn(view))}
          </Notice>
        )}
        {hasSteps && <StepList steps={stepsOf(request, view.state === "waiting")} />}
        {isMine && cancelling !== undefined && cancelling !== "too_late" && (
          <div>
            <CancelButton request={request} />
          </div>
        )}
      </div>
      <RequestFacts view={view} data={data} />
    </div>
  );
}

function goesOn({ request, wait, executorName }: RequestView): string {
  const begins = request.status === "running" ? "goes on" : "starts";
  return `It ${begins} by itself as soon as ${executorName ?? "one"} is ${wait?.problem ? "ready" : "back"}`;
}
