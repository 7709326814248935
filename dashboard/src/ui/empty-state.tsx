import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

type EmptyStateProps = {
  icon?: ReactNode;
  /** One sentence, without a period. */
  title: string;
  children?: ReactNode;
  /** One button. */
  action?: ReactNode;
  /** The heading's level; 2 unless said otherwise. */
  level?: 1 | 2 | 3 | undefined;
  className?: string | undefined;
};

/** Where nothing is yet, or nothing fits: what that means, and the one thing to do. */
export function EmptyState({ icon, title, children, action, level = 2, className }: EmptyStateProps) {
  const Heading = `h${level}` as const;
  return (
    <div className={classNames("flex animate-rise flex-col items-center px-6 py-16 text-center", className)}>
      {icon !== undefined && (
        <div
          aria-hidden
          className="mb-4 grid size-12 place-items-center rounded-xl bg-sunken text-quiet [&_svg]:size-6"
        >
          {icon}
        </div>
      )}
      <Heading className="text-balance font-semibold text-base">{title}</Heading>
      {children !== undefined && <div className="mt-1 max-w-sm text-pretty text-quiet text-sm">{children}</div>}
      {Boolean(action) && <div className="mt-5">{action}</div>}
    </div>
  );
}
