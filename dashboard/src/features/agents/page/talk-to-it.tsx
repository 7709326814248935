import { CopyableCommand } from "../../../ui/copyable-command.tsx";
import { SectionCard } from "../../../ui/section-card.tsx";
import type { AgentView } from "../agent-views.ts";

/** The one command that talks to a live agent. */
export function TalkToIt({ view }: { view: AgentView }) {
  const { agent, executorName } = view;
  const agentId = agent.agent_id_short ?? agent.agent_key.split(":")[1] ?? "";
  return (
    <SectionCard title={`Talk to ${agent.name}`}>
      <p className="mb-3 text-quiet text-sm">In a terminal on {executorName ?? "its Mac"}:</p>
      <CopyableCommand command={`openclaw agent --agent ${agentId} --message "Hello"`} />
    </SectionCard>
  );
}
