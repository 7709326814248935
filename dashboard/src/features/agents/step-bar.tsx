import type { StepView } from "../../lib/fleet/request-steps.ts";
import { classNames } from "../../ui/class-names.ts";

const COLOR: Record<StepView["state"], string> = {
  ahead: "bg-sunken",
  waiting: "bg-accent/30",
  running: "animate-breathe bg-accent/60",
  done: "bg-accent",
  error: "bg-danger-solid",
};

type StepBarProps = { states: readonly StepView["state"][]; className?: string };

/** A thin bar with one part a step. Decoration: the words beside it say the same. */
export function StepBar({ states, className }: StepBarProps) {
  return (
    <div aria-hidden className={classNames("flex gap-1", className)}>
      {states.map((state, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps never change places
        <span key={index} className={classNames("h-1.5 flex-1 rounded-full transition-colors", COLOR[state])} />
      ))}
    </div>
  );
}
