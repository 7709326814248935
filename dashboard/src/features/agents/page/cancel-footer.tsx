import { CancelButton } from "../../../lib/fleet/cancel-button.tsx";
import { cancellingOf } from "../../../lib/fleet/cancelling.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { cancellingWords } from "./progress-words.ts";

/** Calls an open request off, or says why that is too late. */
export function CancelFooter({ request }: { request: RequestRow }) {
  const cancelling = cancellingOf(request);
  if (cancelling === undefined) return null;
  return (
    <div className="mt-5 flex min-h-12 items-center justify-between gap-4 border-line border-t pt-4">
      <p className="min-w-0 text-pretty text-quiet text-xs">{cancellingWords(request, cancelling)}</p>
      <CancelButton request={request} />
    </div>
  );
}
