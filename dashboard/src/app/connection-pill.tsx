import { askForRetry, type Connection, useConnection } from "../lib/connection.ts";
import { absoluteTime } from "../lib/time.ts";
import { classNames } from "../ui/class-names.ts";
import { Tooltip } from "../ui/tooltip.tsx";

const LOOKS = {
  connecting: { label: "Connecting…", dot: "animate-breathe bg-muted-solid", about: "Changes show in a moment." },
  live: {
    label: "Live",
    dot: "bg-success-solid",
    about: "Changes show by themselves. Press to fetch everything anew.",
  },
  reconnecting: {
    label: "Reconnecting…",
    dot: "animate-breathe bg-warning-solid",
    about: "Changes show with a delay. Press to try now.",
  },
  offline: { label: "Offline", dot: "bg-danger-solid", about: "Supabase does not answer. Press to try now." },
} as const satisfies Record<Connection["state"], unknown>;

/** Whether what one sees is current. */
export function ConnectionPill({ className }: { className?: string | undefined }) {
  const { state, since } = useConnection();
  const { label, dot, about } = LOOKS[state];
  const text = (
    <>
      {about}
      <span className="block opacity-70">Since {absoluteTime(new Date(since))}</span>
    </>
  );
  return (
    <Tooltip text={text}>
      <button
        type="button"
        onClick={askForRetry}
        className={classNames(
          "flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-quiet text-xs transition-colors hover:bg-hover",
          className,
        )}
      >
        <span aria-hidden className={classNames("size-2 shrink-0 rounded-full transition-colors", dot)} />
        <span role="status">{label}</span>
      </button>
    </Tooltip>
  );
}
