import { Field as BaseField } from "@base-ui/react/field";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

type FieldProps = {
  label: ReactNode;
  /** Says "optional" after the label. */
  isOptional?: boolean | undefined;
  /** What to write, before anything is wrong. */
  hint?: ReactNode;
  /** What is wrong with it; takes the hint's place. */
  error?: ReactNode;
  /** Characters used of those allowed; shown from 80 % on. */
  counter?: { used: number; max: number } | undefined;
  /** A small button at the end of the label's line. */
  action?: ReactNode;
  /** Names the control after its label although it is no input: the control is a button. */
  isButton?: boolean | undefined;
  /** A TextInput, TextArea or Select; or a button with `isButton`. */
  children: ReactNode;
  className?: string | undefined;
};

/** A control with its label, hint and error, tied together for screen readers. */
export function Field({ label, isOptional, hint, error, counter, action, isButton, children, className }: FieldProps) {
  const hasError = error !== undefined && error !== null && error !== "";
  const isOver = counter !== undefined && counter.used > counter.max;
  return (
    <BaseField.Root invalid={hasError || isOver} className={classNames("flex min-w-0 flex-col gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-2">
        <BaseField.Label
          {...(isButton && { nativeLabel: false, render: <span /> })}
          className="font-medium text-ink text-sm"
        >
          {label}
          {isOptional && <span className="font-normal text-quiet"> optional</span>}
        </BaseField.Label>
        {counter !== undefined && counter.used >= counter.max * 0.8 && (
          <span className={classNames("text-xs tabular-nums", isOver ? "text-danger" : "text-quiet")}>
            {counter.used} / {counter.max}
          </span>
        )}
        {action}
      </div>
      {children}
      <BaseField.Error
        match={hasError}
        className="flex animate-rise items-start gap-1.5 text-pretty text-danger text-xs [&_svg]:mt-px"
      >
        <CircleAlert aria-hidden className="size-3.5 shrink-0" />
        <span>{error}</span>
      </BaseField.Error>
      {hint !== undefined && !hasError && (
        <BaseField.Description className="text-pretty text-quiet text-xs">{hint}</BaseField.Description>
      )}
    </BaseField.Root>
  );
}
