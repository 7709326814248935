import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import { PathText } from "./path-text.tsx";

/** One line of a list of facts (`dl`): what it is, and how it is. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.5rem_1fr] gap-3">
      <dt className="text-quiet">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** A key, an id or a path, with a button that copies it. */
export function CopyableFact({ label, text }: { label: string; text: string }) {
  return (
    <Fact label={label}>
      <span className="flex items-start justify-between gap-2">
        <code className="min-w-0 wrap-anywhere font-mono text-xs leading-5">
          <PathText path={text} />
        </code>
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
      </span>
    </Fact>
  );
}
