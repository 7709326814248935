import type { Badge as BadgeFacts } from "#badge";
import { Badge } from "../../ui/badge.tsx";
import { badgeMark, partBadge } from "./badge-words.ts";

type AgentBadgeProps = {
  badge: BadgeFacts;
  /** Only the part that fits where there is little room; the rest stands elsewhere. */
  isShort?: boolean;
};

/** The state of an agent. */
export function AgentBadge({ badge, isShort = false }: AgentBadgeProps) {
  return (
    <Badge tone={badge.tone} mark={badgeMark(badge.state)}>
      {isShort ? partBadge(badge).short : badge.label}
    </Badge>
  );
}
