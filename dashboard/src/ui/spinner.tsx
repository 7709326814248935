import { classNames } from "./class-names.ts";

type SpinnerProps = {
  /** Said to a screen reader; without it the spinner is decoration beside words that say it. */
  label?: string | undefined;
  /** `size-4` unless another size is given. */
  className?: string | undefined;
};

export function Spinner({ label, className }: SpinnerProps) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: It has a label, or stands beside words that say it.
    <svg
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      className={classNames("size-4 shrink-0 animate-spin", className)}
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      <circle cx="8" cy="8" r="6" opacity="0.25" />
      <path d="M14 8a6 6 0 0 0-6-6" />
    </svg>
  );
}
