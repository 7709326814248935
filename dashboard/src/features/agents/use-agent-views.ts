import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Access, accessQuery } from "../../lib/access.ts";
import { useNow } from "../../lib/use-now.ts";
import { type AgentView, createViewMaker } from "./agent-views.ts";
import { addPending, usePendingCreations } from "./pending-creations.ts";
import { agentsQuery, executorsQuery, projectsQuery, requestsQuery, runtimesQuery } from "./queries.ts";
import type { AgentRow, ExecutorRow, ProjectRow, RequestRow, RuntimeRow } from "./rows.ts";

/** The words of a badge change by the minute at most; who is alive, within this. */
const LOOK_EVERY_SECONDS = 10;

const NO_AGENTS: readonly AgentRow[] = [];
const NO_REQUESTS: readonly RequestRow[] = [];
const NO_EXECUTORS: readonly ExecutorRow[] = [];
const NO_RUNTIMES: readonly RuntimeRow[] = [];
const NO_PROJECTS: readonly ProjectRow[] = [];

export type AgentData = {
  views: readonly AgentView[];
  requests: readonly RequestRow[];
  executors: readonly ExecutorRow[];
  projects: readonly ProjectRow[];
  /** What whoever is signed in may do; undefined while it is not known. */
  access: Access | undefined;
  /** `error` only while there is nothing to show; with `isStale` the last data stands, and the last look failed. */
  status: "loading" | "error" | "ready";
  isStale: boolean;
  error: Error | null;
  /** When the data on show was read, in ms since 1970. */
  readAt: number;
  readAgain: () => void;
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

  const queries = [agents, requests, executors, runtimes, projects, access];
  const error = queries.find((query) => query.error !== null)?.error ?? null;
  const hasAll = queries.every((query) => query.data !== undefined);
  return {
    views,
    requests: requests.data ?? NO_REQUESTS,
    executors: executors.data ?? NO_EXECUTORS,
    projects: projects.data ?? NO_PROJECTS,
    access: access.data,
    status: hasAll ? "ready" : error === null ? "loading" : "error",
    isStale: hasAll && error !== null,
    error,
    readAt: Math.min(...queries.map((query) => query.dataUpdatedAt)),
    readAgain: () => {
      for (const query of queries) void query.refetch();
    },
  };
}
