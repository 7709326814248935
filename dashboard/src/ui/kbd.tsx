import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A key to press. Decoration beside a button that does the same: `aria-hidden` is set by whoever shows it so. */
export function Kbd({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <kbd
      className={classNames(
        "inline-grid h-5 min-w-5 place-items-center rounded-xs border border-line-strong bg-surface px-1 font-sans text-2xs text-quiet",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
