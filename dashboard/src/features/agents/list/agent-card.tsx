import { Server } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";
import { DEFAULT_EMOJI } from "#contract";
import { agentPath } from "../../../lib/fleet/agent-path.ts";
import { cardStyle } from "../../../ui/card.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { EmojiTile } from "../../../ui/emoji-tile.tsx";
import { AgentBadge } from "../agent-badge.tsx";
import type { AgentView } from "../agent-views.ts";
import { BadgeAction } from "../badge-action.tsx";
import { CardDetail } from "./card-detail.tsx";

type AgentCardProps = {
  view: AgentView;
  /** What is wrong with its documents. */
  trouble?: string | undefined;
  hasManyProjects: boolean;
  /** Whether the person may do something about it. */
  mayChange: boolean;
  /** Of all cards one can be reached by Tab; arrows lead to the others. */
  isTabStop: boolean;
};

/** An agent among others: who it is, how it is, where it lives. All of it is one link. */
export const AgentCard = memo(function AgentCard({
  view,
  trouble,
  hasManyProjects,
  mayChange,
  isTabStop,
}: AgentCardProps) {
  const { agent, badge, executorName } = view;
  const tabIndex = isTabStop ? 0 : -1;
  return (
    <article
      className={classNames(
        cardStyle({ isInteractive: true }),
        "relative flex h-full flex-col p-4 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-focus has-[a:focus-visible]:outline-offset-2",
        view.isPending && "animate-rise",
      )}
    >
      <div className="flex gap-3">
        <EmojiTile emoji={agent.emoji ?? DEFAULT_EMOJI} color={agent.color} />
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold text-sm leading-6">
            <Link
              href={agentPath(agent, hasManyProjects)}
              data-card-link
              tabIndex={tabIndex}
              className="outline-none after:absolute after:inset-0 after:rounded-lg"
            >
              {agent.name}
            </Link>
          </h2>
          <p className="truncate text-quiet text-sm">{agent.role || "No purpose given"}</p>
        </div>
      </div>
      <div className="mt-3 h-9 min-h-0">
        <CardDetail view={view} trouble={trouble} />
      </div>
      <div className="mt-3 flex h-9 items-end gap-2 border-line border-t">
        <AgentBadge badge={badge} isShort />
        {mayChange && badge.action !== undefined ? (
          <span className="-mr-2 -mb-1 ml-auto flex">
            <BadgeAction view={view} tabIndex={tabIndex} isQuiet />
          </span>
        ) : (
          executorName !== null && <ExecutorName name={executorName} />
        )}
      </div>
    </article>
  );
});

function ExecutorName({ name }: { name: string }) {
  return (
    <span className="ml-auto flex h-5.5 min-w-0 items-center gap-1.5 text-quiet text-xs">
      <Server aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{name}</span>
    </span>
  );
}
