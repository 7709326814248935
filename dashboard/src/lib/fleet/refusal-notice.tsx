import { Notice } from "../../ui/notice.tsx";
import type { Failure } from "../error-text.ts";
import { sentences } from "./sentences.ts";

/** What the function had against a command, in its own words. */
export function RefusalNotice({ refusal }: { refusal: Failure | null }) {
  if (refusal === null) return null;
  return (
    <Notice tone="danger" live="alert" title={sentences(refusal.message)}>
      {refusal.hint !== undefined && sentences(refusal.hint)}
    </Notice>
  );
}
