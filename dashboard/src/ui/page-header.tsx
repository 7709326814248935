import type { ReactNode } from "react";

type PageHeaderProps = {
  title: ReactNode;
  description?: ReactNode;
  /** Before the title: an EmojiTile. */
  leading?: ReactNode;
  /** Buttons at the end of the line. */
  actions?: ReactNode;
};

/** The head of a page, with its one h1. */
export function PageHeader({ title, description, leading, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-3">
      {leading}
      <div className="min-w-0 flex-1">
        <h1 className="truncate font-semibold text-2xl tracking-tight">{title}</h1>
        {description !== undefined && <div className="text-quiet text-sm">{description}</div>}
      </div>
      {actions !== undefined && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
    </header>
  );
}
