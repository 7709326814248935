import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { showToast } from "../../ui/toaster.tsx";
import { agentPath } from "./agent-path.ts";
import { useDialogState } from "./create/dialog-store.ts";
import { createNewsReader } from "./news.ts";
import { projectsQuery, requestsQuery } from "./queries.ts";

const loadDialog = () => import("./create/new-agent-dialog.tsx");
const NewAgentDialog = lazy(async () => ({ default: (await loadDialog()).NewAgentDialog }));

/** What belongs to agents on every page: the New agent dialog, and toasts when one is live or has failed. Once. */
export function AgentsOverlay() {
  const { isOpen } = useDialogState();
  const [wasOpened, setWasOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setWasOpened(true);
  useNewsToasts();

  useEffect(() => {
    // Ready before it is asked for, and not in the way of the first page.
    const idle = window.requestIdleCallback ?? ((load: () => void) => setTimeout(load, 1_000));
    idle(() => void loadDialog());
  }, []);

  // Stays after the first opening, so that it can be seen closing.
  if (!wasOpened) return null;
  return (
    <Suspense fallback={null}>
      <NewAgentDialog />
    </Suspense>
  );
}

function useNewsToasts(): void {
  const { data: requests } = useQuery(requestsQuery);
  const hasManyProjects = (useQuery(projectsQuery).data?.length ?? 0) > 1;
  const [readNews] = useState(createNewsReader);
  const [, navigate] = useLocation();

  useEffect(() => {
    for (const { request, outcome, reason } of readNews(requests ?? [])) {
      const path = agentPath(request, hasManyProjects);
      const open = { label: "Open", onSelect: () => navigate(path) };
      // Where one already is, a way there is of no use.
      const action = location.pathname === path.split("?")[0] ? undefined : open;
      const id = `agent:${request.id}`;
      if (outcome === "live") showToast({ id, tone: "success", title: `${request.display_name} is live`, action });
      else showToast({ id, tone: "danger", title: `${request.display_name} failed`, description: reason, action });
    }
  }, [requests, readNews, hasManyProjects, navigate]);
}
