import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { agentPath } from "../../lib/fleet/agent-path.ts";
import { projectsQuery, requestsQuery } from "../../lib/fleet/queries.ts";
import { errorOf } from "../../lib/fleet/request-steps.ts";
import { showToast, type ToastMessage } from "../../ui/toaster.tsx";
import { createNewsReader, type News } from "./news.ts";

/** A toast when agents are live or have failed, with the way there. */
export function useNewsToasts(): void {
  const { data: requests } = useQuery(requestsQuery);
  const hasManyProjects = (useQuery(projectsQuery).data?.length ?? 0) > 1;
  const [readNews] = useState(createNewsReader);
  const [, navigate] = useLocation();

  useEffect(() => {
    for (const news of readNews(requests ?? [])) {
      const [first, ...others] = news.requests;
      if (first === undefined) continue;
      const path = others.length === 0 ? agentPath(first, hasManyProjects) : "/";
      const open = { label: others.length === 0 ? "Open" : "Show agents", onSelect: () => navigate(path) };
      // Where one already is, a way there is of no use.
      const action = location.pathname === path.split("?")[0] ? undefined : open;
      showToast({ ...describe(news), id: `agent:${first.id}`, action });
    }
  }, [requests, readNews, hasManyProjects, navigate]);
}

function describe({ outcome, requests }: News): ToastMessage {
  const [name] = requests.map(({ display_name }) => display_name);
  const isOne = requests.length === 1;
  if (outcome === "live") {
    return { tone: "success", title: isOne ? `${name} is live` : `${requests.length} agents are live` };
  }
  const reasons = new Set(requests.map((request) => errorOf(request)?.message));
  // Of several reasons none is the one; each stands on its card.
  const description = reasons.size === 1 ? [...reasons][0] : undefined;
  return { tone: "danger", title: isOne ? `${name} failed` : `${requests.length} agents failed`, description };
}
