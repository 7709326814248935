import type { Failure } from "../../../lib/error-text.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Notice } from "../../../ui/notice.tsx";

/** What the function had against a command, in its own words. */
export function RefusalNotice({ refusal }: { refusal: Failure | null }) {
  if (refusal === null) return null;
  return (
    <Notice tone="danger" live="alert" title={sentences(refusal.message)}>
      {refusal.hint !== undefined && sentences(refusal.hint)}
    </Notice>
  );
}
