import type { BadgeState } from "#badge";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Notice } from "../../../ui/notice.tsx";
import type { AgentView } from "../agent-views.ts";
import { BadgeAction } from "../badge-action.tsx";

/** States that want more words than a badge has, and that no request speaks of. What an executor says of itself goes first. */
const WORDS: Partial<Record<BadgeState, string>> = {
  missing: "It was set up there, but openclaw agents list does not show it any more. Its documents are kept",
  absent: "Nobody has asked for it to be set up on a Mac yet",
  adoptable: "OpenClaw already has an agent with this id, which was not set up from here",
  unconfirmed: "It was set up and seen. Whether it is still there will be known when its Mac reports again",
};

type BadgeNoticeProps = { view: AgentView; mayChange: boolean };

export function BadgeNotice({ view, mayChange }: BadgeNoticeProps) {
  const { badge } = view;
  if (badge.problem !== undefined) {
    return (
      <Notice tone={badge.tone} title={badge.label}>
        {sentences(badge.problem.message, badge.problem.hint)}
      </Notice>
    );
  }
  const words = WORDS[badge.state];
  if (words === undefined) return null;
  return (
    <Notice tone={badge.tone} title={badge.label} action={mayChange && <BadgeAction view={view} />}>
      {sentences(badge.detail, words)}
    </Notice>
  );
}
