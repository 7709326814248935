import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { agentPath } from "../../lib/fleet/agent-path.ts";
import { projectsQuery, requestsQuery } from "../../lib/fleet/queries.ts";
import { showToast } from "../../ui/toaster.tsx";
import { createNewsReader } from "./news.ts";
import { newsWords } from "./news-words.ts";

/** A toast when what was asked for agents is done or has failed, with the way there. */
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
      showToast({ ...newsWords(news), id: `agent:${first.id}`, action });
    }
  }, [requests, readNews, hasManyProjects, navigate]);
}
