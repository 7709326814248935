import type { ReactNode } from "react";
import { Notice } from "../../../ui/notice.tsx";
import { RetryButton } from "../retry-button.tsx";
import type { RequestRow } from "../rows.ts";
import { sentences } from "../sentences.ts";
import { errorOf, stepName } from "./provision-steps.ts";

type RequestErrorProps = { request: RequestRow; retryLabel: string | undefined };

/** Why a request failed, in its own words, and the way to try again. */
export function RequestError({ request, retryLabel }: RequestErrorProps) {
  const error = errorOf(request);
  if (request.status !== "error") return null;
  const isCancelled = error?.code === "cancelled";
  return (
    <Notice
      tone={isCancelled ? "muted" : "danger"}
      live="status"
      title={sentences(error?.message ?? "It failed, and its record does not say why")}
      action={retryLabel !== undefined && <RetryButton request={request} label={retryLabel} />}
    >
      {error && (
        <>
          {error.hint !== undefined && <p>{sentences(error.hint)}</p>}
          <dl className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-quiet text-xs">
            {error.step !== undefined && <Fact label="Step">{stepName(error.step)}</Fact>}
            {error.attempts > 0 && <Fact label="Attempts">{error.attempts}</Fact>}
            {!isCancelled && (
              <Fact label="Code">
                <code className="font-mono">{error.code}</code>
              </Fact>
            )}
          </dl>
        </>
      )}
    </Notice>
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
