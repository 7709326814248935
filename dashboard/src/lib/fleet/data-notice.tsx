import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useConnection } from "../connection.ts";
import { describeFailure } from "../error-text.ts";
import type { Reading } from "./reading.ts";
import { sentences } from "./sentences.ts";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Whether what stands on the page may not be so any more. */
export function useIsOutdated({ isStale, status }: Reading): boolean {
  const { state } = useConnection();
  return status === "ready" && (isStale || state === "offline");
}

type DataNoticeProps = {
  data: Reading;
  /** "The agents": what could not be read. */
  what: string;
};

/** Says that nothing could be read, or that the last look failed. That Supabase is gone altogether the shell says. */
export function DataNotice({ data, what }: DataNoticeProps) {
  const { state } = useConnection();
  const retry = (
    <Button size="sm" onClick={data.readAgain}>
      Retry
    </Button>
  );
  if (data.status === "error") {
    const { message, hint } = describeFailure(data.error);
    return (
      <Notice tone="danger" live="alert" title={`${what} could not be read`} action={retry}>
        {sentences(message, hint)}
      </Notice>
    );
  }
  if (!data.isStale || state === "offline") return null;
  const { message, hint } = describeFailure(data.error);
  return (
    <Notice tone="warning" live="status" title={`This is how it was at ${clock.format(data.readAt)}`} action={retry}>
      {sentences(message, hint)}
    </Notice>
  );
}
