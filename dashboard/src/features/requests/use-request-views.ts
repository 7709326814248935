import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Access, accessQuery } from "../../lib/access.ts";
import { agentsQuery, executorsQuery, projectsQuery, requestsQuery, runtimesQuery } from "../../lib/fleet/queries.ts";
import { type Reading, readingOf } from "../../lib/fleet/reading.ts";
import type { ExecutorRow } from "../../lib/fleet/rows.ts";
import { useNow } from "../../lib/use-now.ts";
import { makeRequestViews, type RequestView } from "./request-views.ts";

/** Who is alive changes by the clock alone. */
const LOOK_EVERY_SECONDS = 10;

const NO_ROWS: readonly never[] = [];

export type RequestData = Reading & {
  views: readonly RequestView[];
  executors: readonly ExecutorRow[];
  hasManyProjects: boolean;
  /** What whoever is signed in may do; undefined while it is not known. */
  access: Access | undefined;
};

export function useRequestViews(): RequestData {
  const requests = useQuery(requestsQuery);
  const agents = useQuery(agentsQuery);
  const executors = useQuery(executorsQuery);
  const runtimes = useQuery(runtimesQuery);
  const projects = useQuery(projectsQuery);
  const access = useQuery(accessQuery);
  const now = useNow(LOOK_EVERY_SECONDS);

  const views = useMemo(
    () =>
      makeRequestViews(
        {
          requests: requests.data ?? NO_ROWS,
          agents: agents.data ?? NO_ROWS,
          executors: executors.data ?? NO_ROWS,
          runtimes: runtimes.data ?? NO_ROWS,
        },
        now,
      ),
    [requests.data, agents.data, executors.data, runtimes.data, now],
  );

  return {
    ...readingOf([requests, agents, executors, runtimes, projects, access]),
    views,
    executors: executors.data ?? NO_ROWS,
    hasManyProjects: (projects.data ?? NO_ROWS).length > 1,
    access: access.data,
  };
}
