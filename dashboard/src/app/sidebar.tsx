import { Link } from "wouter";
import { AccountMenu } from "./account-menu.tsx";
import { ConnectionPill } from "./connection-pill.tsx";
import { Mark } from "./mark.tsx";
import { Navigation } from "./navigation.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

/** On wide screens. */
export function Sidebar({ email }: { email: string }) {
  return (
    <aside className="fixed inset-y-0 left-0 z-20 hidden w-sidebar flex-col border-line border-r bg-surface md:flex">
      <Link href="/" className="mx-3 mt-4 mb-5 flex h-9 items-center gap-2.5 rounded-md px-2 font-semibold text-base">
        <Mark />
        Hatchery
      </Link>
      <Navigation className="flex-col px-3" />
      <div className="mt-auto flex items-center gap-0.5 p-3">
        <ConnectionPill className="mr-auto" />
        <ThemeMenu side="top" />
        <AccountMenu email={email} side="top" />
      </div>
    </aside>
  );
}
