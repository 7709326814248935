import type { QueryClient } from "@tanstack/react-query";
import { keepRows } from "./keep-rows.ts";
import { agentsQuery, requestsQuery } from "./queries.ts";
import type { AgentRow, RequestRow } from "./rows.ts";

type AgentAnswer = { agent: AgentRow; request: RequestRow | null };

/** Puts what the function answered about an agent that may have been there before into the cache. */
export function keepAgentAnswer(client: QueryClient, { agent, request }: AgentAnswer): void {
  client.setQueryData<AgentRow[]>(agentsQuery.queryKey, (rows = []) =>
    rows.map((row) => (row.id === agent.id ? agent : row)),
  );
  keepRows(client, agentsQuery.queryKey, [agent]);
  if (request !== null) keepRows(client, requestsQuery.queryKey, [request]);
}
