import type { ReactNode } from "react";
import { DEFAULT_EMOJI } from "#contract";
import { EmojiTile } from "../../../ui/emoji-tile.tsx";
import { PageHeader } from "../../../ui/page-header.tsx";
import { AgentBadge } from "../agent-badge.tsx";
import type { AgentView } from "../agent-views.ts";

type AgentHeaderProps = { view: AgentView; actions?: ReactNode };

/** Who the agent is, and how it is. */
export function AgentHeader({ view: { agent, badge }, actions }: AgentHeaderProps) {
  return (
    <PageHeader
      leading={<EmojiTile size="lg" emoji={agent.emoji ?? DEFAULT_EMOJI} color={agent.color} className="self-start" />}
      title={<span className="block whitespace-normal wrap-anywhere">{agent.name}</span>}
      description={
        <>
          <p className="text-pretty break-words">{agent.role || "No purpose given"}</p>
          <div className="mt-2 flex min-w-0">
            <AgentBadge badge={badge} />
          </div>
        </>
      }
      actions={actions}
    />
  );
}
