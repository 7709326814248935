import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { mayChange, useAccess } from "../../lib/access.ts";
import { agentsQuery, executorsQuery, projectsQuery, runtimesQuery } from "../../lib/fleet/queries.ts";
import type { AgentRow, ExecutorRow, ProjectRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { viewId } from "../../lib/fleet/view-id.ts";
import { takenIds } from "./agent-ids.ts";
import type { DialogState } from "./submission/dialog-state.ts";
import { type Creation, isAskedAgain } from "./submission/submission.ts";

const NO_AGENTS: readonly AgentRow[] = [];
const NO_RUNTIMES: readonly RuntimeRow[] = [];
const NO_EXECUTORS: readonly ExecutorRow[] = [];
const NO_PROJECTS: readonly ProjectRow[] = [];

export type Fleet = {
  agentCount: number;
  executors: readonly ExecutorRow[];
  /** Those that a new agent may belong to. */
  projects: readonly ProjectRow[];
  /** The ids that a new agent cannot have. */
  taken: ReadonlySet<string>;
  /** The agents that are there, by viewId. */
  keys: ReadonlySet<string>;
};

/**
 * What is there when a new agent comes, as far as it was read. When a dialog asks again for what it asked for before, the
 * agents that may have come of that are in nobody's way.
 */
export function useFleet<Draft>({ draft, submission }: Pick<DialogState<Draft>, "draft" | "submission">): Fleet {
  const agents = useQuery(agentsQuery).data ?? NO_AGENTS;
  const runtimes = useQuery(runtimesQuery).data ?? NO_RUNTIMES;
  const executors = useQuery(executorsQuery).data ?? NO_EXECUTORS;
  const allProjects = useQuery(projectsQuery).data ?? NO_PROJECTS;
  const access = useAccess();
  const projects = useMemo(() => allProjects.filter(({ id }) => mayChange(access, id)), [allProjects, access]);
  const own = isAskedAgain(draft, submission) ? submission : null;
  const others = useMemo(() => {
    const keys = new Set(own?.creations.map(keyOfCreation));
    return agents.filter((agent) => !keys.has(viewId(agent)));
  }, [agents, own]);
  const taken = useMemo(() => {
    const ids = takenIds(others, runtimes);
    for (const { identity } of own?.creations ?? []) ids.delete(identity.agentId);
    return ids;
  }, [others, runtimes, own]);
  const keys = useMemo(() => new Set(others.map(viewId)), [others]);
  return { agentCount: others.length, executors, projects, taken, keys };
}

function keyOfCreation({ command, identity }: Creation): string {
  return viewId({ project_id: command.projectId, agent_key: identity.agentKey });
}
