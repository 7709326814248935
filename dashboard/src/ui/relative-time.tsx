import { absoluteTime, relativeTime } from "../lib/time.ts";
import { useNow } from "../lib/use-now.ts";

type RelativeTimeProps = {
  /** ISO text as Postgres writes it, or milliseconds since 1970. */
  at: string | number;
  className?: string | undefined;
};

/** "3 min ago", and never stale; the exact time on hovering. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const now = useNow();
  const time = new Date(at);
  return (
    <time dateTime={time.toISOString()} title={absoluteTime(time)} className={className}>
      {relativeTime(time, now)}
    </time>
  );
}
