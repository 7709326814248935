import { Bot, ListChecks } from "lucide-react";
import { Link, useLocation } from "wouter";

const PAGES = [
  { href: "/", label: "Agents", icon: Bot, isAt: (path: string) => path === "/" || path.startsWith("/agents") },
  { href: "/requests", label: "Requests", icon: ListChecks, isAt: (path: string) => path === "/requests" },
];

export function Navigation() {
  const [path] = useLocation();
  return (
    <nav aria-label="Pages" className="flex flex-col gap-0.5 px-3">
      {PAGES.map(({ href, label, icon: Icon, isAt }) => (
        <Link
          key={href}
          href={href}
          aria-current={isAt(path) ? "page" : undefined}
          className="flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-quiet transition-colors hover:bg-hover hover:text-ink aria-[current]:bg-sunken aria-[current]:text-ink"
        >
          <Icon aria-hidden className="size-4" />
          {label}
        </Link>
      ))}
    </nav>
  );
}
