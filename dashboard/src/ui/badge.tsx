import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Spinner } from "./spinner.tsx";
import { TONE_SOFT, TONE_SOLID, type Tone } from "./tone.ts";

type BadgeProps = {
  tone: Tone;
  /** `dot`: a state; `pulse`: a state that is about to change; `spinner`: work going on; `none`: a plain label. */
  mark?: "dot" | "pulse" | "spinner" | "none" | undefined;
  children: ReactNode;
  className?: string | undefined;
};

/** A state in a few words. The colour never says it alone. Long words are cut with an ellipsis. */
export function Badge({ tone, mark = "dot", children, className }: BadgeProps) {
  return (
    <span
      className={classNames(
        "inline-flex h-5.5 min-w-0 max-w-full items-center gap-1.5 rounded-full px-2 font-medium text-xs tabular-nums",
        TONE_SOFT[tone],
        className,
      )}
    >
      {mark === "spinner" && <Spinner className="size-3" />}
      {(mark === "dot" || mark === "pulse") && (
        <span
          aria-hidden
          className={classNames(
            "size-1.5 shrink-0 rounded-full",
            TONE_SOLID[tone],
            mark === "pulse" && "animate-breathe",
          )}
        />
      )}
      <span className="truncate">{children}</span>
    </span>
  );
}
