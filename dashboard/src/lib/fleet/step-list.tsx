import { Check, Clock, X } from "lucide-react";
import { classNames } from "../../ui/class-names.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { useNow } from "../use-now.ts";
import { formatDuration, formatTicking } from "./durations.ts";
import type { StepView } from "./request-steps.ts";

/** The steps of one request, from top to bottom, with the seconds that each took or has been taking. */
export function StepList({ steps }: { steps: readonly StepView[] }) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => (
        <li key={step.id} className="relative flex items-start gap-3 pb-4 last:pb-0">
          {index < steps.length - 1 && (
            <span
              aria-hidden
              className={classNames(
                "absolute top-6 bottom-0 left-2.75 w-px",
                step.state === "done" ? "bg-success-solid" : "bg-line-strong",
              )}
            />
          )}
          <StepMark step={step} />
          <span
            aria-current={step.state === "running" || step.state === "waiting" ? "step" : undefined}
            className={classNames(
              "flex min-w-0 flex-1 justify-between gap-3 pt-0.5 text-sm",
              step.state === "ahead" && "text-quiet",
              (step.state === "running" || step.state === "waiting") && "font-medium",
              step.state === "error" && "font-medium text-danger",
            )}
          >
            <span className="min-w-0">
              {step.label}
              <span className="sr-only">{STATE_WORDS[step.state]}</span>
              {step.note !== undefined && (
                <span className="block text-pretty font-normal text-quiet text-xs leading-4.5">{step.note}</span>
              )}
            </span>
            <StepTime step={step} />
          </span>
        </li>
      ))}
    </ol>
  );
}

const STATE_WORDS: Record<StepView["state"], string> = {
  ahead: ", still to come",
  waiting: ", next",
  running: ", now",
  done: ", done",
  error: ", failed",
};

function StepMark({ step: { id, state } }: { step: StepView }) {
  const shape = "grid size-6 shrink-0 place-items-center rounded-full [&_svg]:size-3.5";
  if (state === "done") {
    return (
      <span aria-hidden className={classNames(shape, "bg-success-soft text-success")}>
        <Check strokeWidth={2.5} />
      </span>
    );
  }
  if (state === "error") {
    return (
      <span aria-hidden className={classNames(shape, "bg-danger-soft text-danger")}>
        <X strokeWidth={2.5} />
      </span>
    );
  }
  if (state === "running" || state === "waiting") {
    return (
      <span aria-hidden className={classNames(shape, "bg-info-soft text-info")}>
        {/* Nobody works on what is queued, or waits for its turn. */}
        {id === "queued" || state === "waiting" ? <Clock /> : <Spinner />}
      </span>
    );
  }
  return (
    <span aria-hidden className={shape}>
      <span className="size-2 rounded-full bg-line-strong" />
    </span>
  );
}

function StepTime({ step }: { step: StepView }) {
  const style = "shrink-0 font-normal text-quiet text-xs leading-5 tabular-nums";
  if (step.ms !== undefined) return <span className={style}>{formatDuration(step.ms)}</span>;
  if (step.since !== undefined) return <TickingTime since={step.since} className={style} />;
  return null;
}

/** Not told by a screen reader each second: the step's name is. */
function TickingTime({ since, className }: { since: number; className: string }) {
  const now = useNow();
  return (
    <span aria-hidden className={className}>
      {formatTicking(now.getTime() - since)}
    </span>
  );
}
