import { CancelButton } from "../../../lib/fleet/cancel-button.tsx";
import { type Cancelling, cancellingOf } from "../../../lib/fleet/cancelling.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";

const WORDS: Record<Cancelling, string> = {
  possible: "Can be cancelled until OpenClaw is told of it.",
  asked: "Cancelling. It stops before OpenClaw is told of it.",
  too_late: "OpenClaw is being told of it: too late to cancel.",
};

/** Calls an open request off, or says why that is too late. */
export function CancelFooter({ request }: { request: RequestRow }) {
  const cancelling = cancellingOf(request);
  if (cancelling === undefined) return null;
  return (
    <div className="mt-5 flex min-h-12 items-center justify-between gap-4 border-line border-t pt-4">
      <p className="min-w-0 text-pretty text-quiet text-xs">{WORDS[cancelling]}</p>
      <CancelButton request={request} />
    </div>
  );
}
