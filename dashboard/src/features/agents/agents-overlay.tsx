import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { newAgents } from "./bulk/new-agents.ts";
import { newAgent } from "./create/new-agent.ts";
import { useNewsToasts } from "./use-news-toasts.ts";

const loadDialogs = {
  one: () => import("./create/new-agent-dialog.tsx"),
  many: () => import("./bulk/new-agents-dialog.tsx"),
};
const NewAgentDialog = lazy(async () => ({ default: (await loadDialogs.one()).NewAgentDialog }));
const NewAgentsDialog = lazy(async () => ({ default: (await loadDialogs.many()).NewAgentsDialog }));

/** What belongs to agents on every page: the dialogs for new ones, and toasts when what was asked for them has ended. Once. */
export function AgentsOverlay() {
  useNewsToasts();

  useEffect(() => {
    // Ready before they are asked for, and not in the way of the first page.
    const idle = window.requestIdleCallback ?? ((load: () => void) => setTimeout(load, 1_000));
    idle(() => void Promise.all([loadDialogs.one(), loadDialogs.many()]));
  }, []);

  return (
    <>
      <OnceOpened isOpen={newAgent.use().isOpen} dialog={NewAgentDialog} />
      <OnceOpened isOpen={newAgents.use().isOpen} dialog={NewAgentsDialog} />
    </>
  );
}

/** Stays after the first opening, so that it can be seen closing. */
function OnceOpened({ isOpen, dialog: Dialog }: { isOpen: boolean; dialog: ComponentType }) {
  const [wasOpened, setWasOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setWasOpened(true);
  if (!wasOpened) return null;
  return (
    <Suspense fallback={null}>
      <Dialog />
    </Suspense>
  );
}
