import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { accessQuery, mayChange, mayChangeAnything } from "../../lib/access.ts";
import { newestRequests } from "../../lib/fleet/newest-requests.ts";
import { agentsQuery, executorsQuery, projectsQuery, requestsQuery, runtimesQuery } from "../../lib/fleet/queries.ts";
import { type Reading, readingOf } from "../../lib/fleet/reading.ts";
import type { ExecutorRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { useNow } from "../../lib/use-now.ts";
import { type ComparedAgent, compareRuntime } from "./compare-runtime.ts";
import { type Queue, queueOf } from "./queue-of.ts";

/** Who is alive changes within this. */
const LOOK_EVERY_SECONDS = 10;

/** An executor, what waits for it and what is on it. */
export type ExecutorView = {
  executor: ExecutorRow;
  queue: Queue;
  /** What it said last of OpenClaw's agents; undefined until it was asked or has said something. */
  runtime: RuntimeRow | undefined;
  agents: readonly ComparedAgent[];
};

export type ExecutorData = Reading & {
  views: readonly ExecutorView[];
  hasManyProjects: boolean;
  /** Whether the person may ask executors for anything. */
  mayAsk: boolean;
  now: Date;
};

export function useExecutors(): ExecutorData {
  const agents = useQuery(agentsQuery);
  const requests = useQuery(requestsQuery);
  const executors = useQuery(executorsQuery);
  const runtimes = useQuery(runtimesQuery);
  const projects = useQuery(projectsQuery);
  const access = useQuery(accessQuery);
  const now = useNow(LOOK_EVERY_SECONDS);

  const views = useMemo((): ExecutorView[] => {
    const tables = {
      agents: agents.data ?? [],
      newest: newestRequests(requests.data ?? []),
      executors: executors.data ?? [],
      runtimes: runtimes.data ?? [],
      projects: projects.data ?? [],
      mayChange: (projectId: string) => mayChange(access.data, projectId),
      now,
    };
    return tables.executors.map((executor) => ({
      executor,
      queue: queueOf(requests.data ?? [], executor.id),
      runtime: tables.runtimes.find(({ executor_id }) => executor_id === executor.id),
      agents: compareRuntime({ ...tables, executor }),
    }));
  }, [agents.data, requests.data, executors.data, runtimes.data, projects.data, access.data, now]);

  return {
    ...readingOf([agents, requests, executors, runtimes, projects, access]),
    views,
    hasManyProjects: (projects.data?.length ?? 0) > 1,
    mayAsk: mayChangeAnything(access.data),
    now,
  };
}
