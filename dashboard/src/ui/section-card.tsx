import { type ReactNode, useId } from "react";
import { Card } from "./card.tsx";

type SectionCardProps = { title: string; aside?: ReactNode; children: ReactNode };

/** A part of the page with its heading; `aside` stands at the heading's end. */
export function SectionCard({ title, aside, children }: SectionCardProps) {
  const titleId = useId();
  return (
    <Card role="region" aria-labelledby={titleId} className="p-5">
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id={titleId} className="font-semibold text-sm">
          {title}
        </h2>
        {aside !== undefined && <div className="text-quiet text-xs tabular-nums">{aside}</div>}
      </div>
      {children}
    </Card>
  );
}
