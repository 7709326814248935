import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { AgentsOverlay } from "../features/agents/agents-overlay.tsx";
import { OpenNotice } from "../features/session/open-notice.tsx";
import { startLive } from "../lib/live.ts";
import { AccessGate } from "./access-gate.tsx";
import { OfflineNotice } from "./offline-notice.tsx";
import { Sidebar } from "./sidebar.tsx";
import { TopBar } from "./top-bar.tsx";

/** What stands around every page of a person who is signed in, and keeps it live. */
export function Shell({ email, children }: { email: string; children: ReactNode }) {
  const queryClient = useQueryClient();
  useEffect(() => startLive(queryClient), [queryClient]);

  return (
    <div className="min-h-dvh md:pl-sidebar">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        Skip to the content
      </a>
      <Sidebar email={email} />
      <TopBar email={email} />
      <main id="content" tabIndex={-1} className="mx-auto max-w-400 px-4 py-5 sm:px-6 md:px-8 md:py-7">
        <OfflineNotice />
        <OpenNotice />
        <AccessGate email={email}>{children}</AccessGate>
      </main>
      <AgentsOverlay />
    </div>
  );
}
