import { SearchX } from "lucide-react";
import { Link } from "wouter";
import { buttonStyle } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";

/** An address that names no agent: a wrong one, or an agent that is gone. */
export function AgentNotFound({ agentKey }: { agentKey: string }) {
  return (
    <EmptyState
      level={1}
      icon={<SearchX />}
      title="There is no agent with this key"
      action={
        <Link href="/" className={buttonStyle({ variant: "secondary" })}>
          All agents
        </Link>
      }
    >
      <code className="wrap-anywhere font-mono text-xs">{agentKey}</code>
    </EmptyState>
  );
}
