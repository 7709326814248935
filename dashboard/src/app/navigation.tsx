import { Bot, ListChecks, Server } from "lucide-react";
import { Link, useLocation } from "wouter";
import { classNames } from "../ui/class-names.ts";

const PAGES = [
  { href: "/", label: "Agents", icon: Bot, isAt: (path: string) => path === "/" || path.startsWith("/agents") },
  { href: "/requests", label: "Requests", icon: ListChecks, isAt: (path: string) => path === "/requests" },
  { href: "/executors", label: "Executors", icon: Server, isAt: (path: string) => path === "/executors" },
];

/** The pages, one below the other or in a row. */
export function Navigation({ className }: { className: string }) {
  const [path] = useLocation();
  return (
    <nav aria-label="Pages" className={classNames("flex gap-0.5", className)}>
      {PAGES.map(({ href, label, icon: Icon, isAt }) => (
        <Link
          key={href}
          href={href}
          aria-current={isAt(path) ? "page" : undefined}
          className="flex h-9 shrink-0 items-center gap-2.5 rounded-md px-2.5 font-medium text-quiet transition-colors hover:bg-hover hover:text-ink aria-[current]:bg-sunken aria-[current]:text-ink"
        >
          <Icon aria-hidden className="size-4" />
          {label}
        </Link>
      ))}
    </nav>
  );
}
