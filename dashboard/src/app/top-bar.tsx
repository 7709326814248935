import { Link } from "wouter";
import { AccountMenu } from "./account-menu.tsx";
import { ConnectionPill } from "./connection-pill.tsx";
import { Mark } from "./mark.tsx";
import { Navigation } from "./navigation.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

/** On phones. */
export function TopBar({ email }: { email: string }) {
  return (
    <>
      <header className="sticky top-0 z-20 flex h-topbar items-center gap-0.5 border-line border-b bg-surface px-4 pr-2.5 md:hidden">
        <Link href="/" className="mr-auto flex h-9 items-center gap-2.5 rounded-md font-semibold text-base">
          <Mark />
          Hatchery
        </Link>
        <ConnectionPill />
        <ThemeMenu side="bottom" />
        <AccountMenu email={email} side="bottom" />
      </header>
      <Navigation className="overflow-x-auto border-line border-b bg-surface px-2 py-1.5 md:hidden" />
    </>
  );
}
