import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Access, accessQuery } from "../../lib/access.ts";
import { agentsQuery, executorsQuery, projectsQuery, requestsQuery, runtimesQuery } from "../../lib/fleet/queries.ts";
import { type Reading, readingOf } from "../../lib/fleet/reading.ts";
import type { AgentRow, ExecutorRow, ProjectRow, RequestRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { useNow } from "../../lib/use-now.ts";
import { type AgentView, createViewMaker } from "./agent-views.ts";
import { addPending, usePendingCreations } from "./pending-creations.ts";

/** The words of a badge change by the minute at most; who is alive, within this. */
const LOOK_EVERY_SECONDS = 10;

const NO_AGENTS: readonly AgentRow[] = [];
const NO_REQUESTS: readonly RequestRow[] = [];
const NO_EXECUTORS: readonly ExecutorRow[] = [];
const NO_RUNTIMES: readonly RuntimeRow[] = [];
const NO_PROJECTS: readonly ProjectRow[] = [];

export type AgentData = Reading & {
  views: readonly AgentView[];
  requests: readonly RequestRow[];
  executors: readonly ExecutorRow[];
  projects: readonly ProjectRow[];
  /** What whoever is signed in may do; undefined while it is not known. */
  access: Access | undefined;
};

/** Every agent with its badge, including those whose creation has not been answered yet. */
export function useAgentViews(): AgentData {
  const agents = useQuery(agentsQuery);
  const requests = useQuery(requestsQuery);
  const executors = useQuery(executorsQuery);
  const runtimes = useQuery(runtimesQuery);
  const projects = useQuery(projectsQuery);
  const access = useQuery(accessQuery);
  const pending = usePendingCreations();
  const at = useNow(LOOK_EVERY_SECONDS).getTime();
  const [makeViews] = useState(createViewMaker);

  const views = useMemo(() => {
    const tables = {
      agents: agents.data ?? NO_AGENTS,
      requests: requests.data ?? NO_REQUESTS,
      executors: executors.data ?? NO_EXECUTORS,
      runtimes: runtimes.data ?? NO_RUNTIMES,
    };
    const shown = addPending(tables, pending);
    return makeViews(shown.tables, new Date(at), shown.ids);
  }, [agents.data, requests.data, executors.data, runtimes.data, pending, at, makeViews]);

  return {
    ...readingOf([agents, requests, executors, runtimes, projects, access]),
    views,
    requests: requests.data ?? NO_REQUESTS,
    executors: executors.data ?? NO_EXECUTORS,
    projects: projects.data ?? NO_PROJECTS,
    access: access.data,
  };
}
