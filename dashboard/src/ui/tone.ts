/** What a colour says. `muted` is quieter than `neutral`: nothing to see here. */
export type Tone = "neutral" | "info" | "success" | "warning" | "danger" | "muted";

/** Text on its own soft ground. */
export const TONE_SOFT: Record<Tone, string> = {
  neutral: "bg-neutral-soft text-neutral",
  info: "bg-info-soft text-info",
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  muted: "bg-muted-soft text-muted",
};

/** Dots and bars. */
export const TONE_SOLID: Record<Tone, string> = {
  neutral: "bg-neutral-solid",
  info: "bg-info-solid",
  success: "bg-success-solid",
  warning: "bg-warning-solid",
  danger: "bg-danger-solid",
  muted: "bg-muted-solid",
};

export const TONE_TEXT: Record<Tone, string> = {
  neutral: "text-neutral",
  info: "text-info",
  success: "text-success",
  warning: "text-warning",
  danger: "text-danger",
  muted: "text-muted",
};

export const TONE_LINE: Record<Tone, string> = {
  neutral: "border-neutral-line",
  info: "border-info-line",
  success: "border-success-line",
  warning: "border-warning-line",
  danger: "border-danger-line",
  muted: "border-muted-line",
};
