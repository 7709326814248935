import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

/** What somebody may open who wants to know more. */
export function Fold({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <details className="group mt-4">
      <summary className="-ml-1 inline-flex cursor-pointer list-none items-center gap-1 rounded-sm pr-1 text-quiet text-sm hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        {title}
      </summary>
      {children}
    </details>
  );
}
