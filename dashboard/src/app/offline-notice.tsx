import { useConnection } from "../lib/connection.ts";
import { Notice } from "../ui/notice.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";

/** Says over every page that it may be old. Silent: the pill says it aloud, and a time that ticks must not. */
export function OfflineNotice() {
  const { state, since } = useConnection();
  if (state !== "offline") return null;
  return (
    <Notice tone="warning" title="Supabase does not answer" className="mb-5 animate-rise">
      You see what was known <RelativeTime at={since} />. What you type is kept, and the page catches up by itself.
    </Notice>
  );
}
