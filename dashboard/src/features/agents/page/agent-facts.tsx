import type { ExecutorRow } from "../../../lib/fleet/rows.ts";
import { absoluteTime } from "../../../lib/time.ts";
import { CopyableFact, Fact } from "../../../ui/fact.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { SectionCard } from "../../../ui/section-card.tsx";
import type { AgentView } from "../agent-views.ts";
import { workspacePath } from "../workspace-path.ts";
import { MoveAgent } from "./move-agent.tsx";

type AgentFactsProps = {
  view: AgentView;
  executors: readonly ExecutorRow[];
  /** Whether the person may move it. */
  mayMove: boolean;
};

/** What the agent is called where, and where it lives. */
export function AgentFacts({ view, executors, mayMove }: AgentFactsProps) {
  const { agent, executorName } = view;
  const executor = executors.find(({ id }) => id === agent.executor_id);
  const agentId = agent.agent_id_short ?? agent.agent_key.split(":")[1] ?? "";
  return (
    <SectionCard title="About">
      <dl className="flex flex-col gap-3 text-sm">
        <CopyableFact label="Id" text={agentId} />
        <CopyableFact label="Key" text={agent.agent_key} />
        <CopyableFact label="Workspace" text={agent.workspace_path ?? workspacePath(agentId, executor)} />
        <Fact label="Executor">
          {executorName ?? "None yet"}
          {executor && (
            <span className="block text-quiet text-xs">
              Seen <RelativeTime at={executor.last_seen_at} />
            </span>
          )}
          {mayMove && <MoveAgent agent={agent} executors={executors} />}
        </Fact>
        <Fact label="Created">
          <RelativeTime at={agent.created_at} />
          <span className="block text-quiet text-xs">{absoluteTime(new Date(agent.created_at))}</span>
        </Fact>
      </dl>
    </SectionCard>
  );
}
