import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { TONE_LINE, TONE_SOFT, type Tone } from "./tone.ts";

type NoticeProps = {
  tone: Tone;
  /** What is so. */
  title: ReactNode;
  /** Why, or what to do. */
  children?: ReactNode;
  /** A button or a link. */
  action?: ReactNode;
  /** Whether a screen reader says it when it appears: `alert` at once, `status` when it pauses. */
  live?: "alert" | "status" | "off" | undefined;
  className?: string | undefined;
};

const ICONS = {
  neutral: Info,
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
  muted: Info,
} as const satisfies Record<Tone, unknown>;

/** Something to know that stays in its place on the page. */
export function Notice({ tone, title, children, action, live = "off", className }: NoticeProps) {
  const Icon = ICONS[tone];
  const hasText = Boolean(children);
  return (
    <div
      {...(live === "off" ? {} : { role: live })}
      className={classNames(
        "flex flex-wrap gap-x-3 gap-y-2 rounded-lg border px-4 py-3 text-sm",
        hasText ? "items-start" : "items-center",
        TONE_SOFT[tone],
        TONE_LINE[tone],
        className,
      )}
    >
      <Icon aria-hidden className={classNames("size-4 shrink-0", hasText && "mt-0.5")} />
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium">{title}</p>
        {hasText && <div className="mt-0.5 text-pretty break-words text-ink">{children}</div>}
      </div>
      {Boolean(action) && <div className="shrink-0 self-center">{action}</div>}
    </div>
  );
}
