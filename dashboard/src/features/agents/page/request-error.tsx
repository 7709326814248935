import type { ReactNode } from "react";
import type { ErrorResult } from "#contract";
import { errorOf } from "../../../lib/fleet/request-steps.ts";
import { RetryButton } from "../../../lib/fleet/retry-button.tsx";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { stepName } from "../../../lib/fleet/step-labels.ts";
import { Notice } from "../../../ui/notice.tsx";

type RequestErrorProps = {
  request: RequestRow;
  /** Undefined when trying again is of no use. */
  retryLabel: string | undefined;
  /** Whether the person may try again. */
  mayRetry: boolean;
};

/** Why a request failed, in its own words, and the way to try again or who could. */
export function RequestError({ request, retryLabel, mayRetry }: RequestErrorProps) {
  const error = errorOf(request);
  if (request.status !== "error") return null;
  const isCancelled = error?.code === "cancelled";
  const isOthers = retryLabel !== undefined && !mayRetry;
  const hasMore = isOthers || error?.hint !== undefined || (error !== undefined && !isCancelled);
  return (
    <Notice
      tone={isCancelled ? "muted" : "danger"}
      live="status"
      title={sentences(error?.message ?? "It failed, and its record does not say why")}
      action={retryLabel !== undefined && mayRetry && <RetryButton request={request} label={retryLabel} />}
    >
      {hasMore && (
        <>
          {error?.hint !== undefined && <p>{sentences(error.hint)}</p>}
          {isOthers && <p>An operator or owner can try it again; you may only look.</p>}
          {error !== undefined && !isCancelled && <ErrorFacts request={request} error={error} />}
        </>
      )}
    </Notice>
  );
}

function ErrorFacts({ request, error }: { request: RequestRow; error: ErrorResult }) {
  return (
    <dl className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-quiet text-xs">
      {error.step !== undefined && <Fact label="Step">{stepName(request, error.step)}</Fact>}
      {error.attempts > 0 && <Fact label="Attempts">{error.attempts}</Fact>}
      <Fact label="Code">
        <code className="font-mono">{error.code}</code>
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt>{label}</dt>
      <dd className="text-ink">{children}</dd>
    </div>
  );
}
