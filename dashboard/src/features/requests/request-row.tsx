import { ChevronDown } from "lucide-react";
import { Link } from "wouter";
import { DEFAULT_EMOJI } from "#contract";
import { agentPath } from "../../lib/fleet/agent-path.ts";
import { formatDuration, formatTicking } from "../../lib/fleet/durations.ts";
import { kindLabel } from "../../lib/fleet/request-words.ts";
import { useNow } from "../../lib/use-now.ts";
import { classNames } from "../../ui/class-names.ts";
import { EmojiTile } from "../../ui/emoji-tile.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { detailsId } from "./details-id.ts";
import type { RequestView } from "./request-views.ts";
import { StateBadge } from "./state-badge.tsx";

/** The columns of a list that is wide enough for a table: face, agent, kind, state, executor, when, how long, toggle. */
const COLUMNS =
  "@4xl:grid-cols-[2rem_minmax(0,1fr)_9.5rem_13.5rem_7rem_6rem_6.5rem_1.25rem] @4xl:gap-x-3 @4xl:[grid-template-areas:none]";
const CARD =
  "grid-cols-[2rem_minmax(0,1fr)_auto_1rem] gap-x-3 [grid-template-areas:'face_agent_when_when'_'face_kind_took_took'_'._state_state_toggle']";

/** Seen only above a table; each cell of a row speaks for itself. */
export function RowHeadings() {
  return (
    <div
      aria-hidden
      className={classNames(
        "sticky top-0 z-10 hidden h-9 items-center rounded-t-lg border-line border-b bg-surface px-4 font-medium text-quiet text-xs @4xl:grid",
        COLUMNS,
      )}
    >
      <span className="col-span-2">Agent</span>
      <span>Request</span>
      <span>State</span>
      <span>Executor</span>
      <span>When</span>
      <span>Took</span>
    </div>
  );
}

type RequestRowProps = {
  view: RequestView;
  /** Who asked; undefined when the row does not say. */
  actor: string | undefined;
  hasManyProjects: boolean;
  isOpen: boolean;
  /** Of all rows one can be reached by Tab; arrows lead to the others. */
  isTabStop: boolean;
  onToggle: () => void;
};

/** A request among others. All of it opens the details, but for the agent's name, which leads to the agent. */
export function RequestRow({ view, actor, hasManyProjects, isOpen, isTabStop, onToggle }: RequestRowProps) {
  const { request, agent, executorName } = view;
  const name = request.display_name;
  const tabIndex = isTabStop ? 0 : -1;
  return (
    <div
      data-row
      className={classNames(
        "relative grid items-center px-4 py-2.5 text-sm transition-colors hover:bg-hover has-[[data-row-toggle]:focus-visible]:outline-2 has-[[data-row-toggle]:focus-visible]:outline-focus has-[[data-row-toggle]:focus-visible]:-outline-offset-2 @4xl:min-h-15",
        CARD,
        COLUMNS,
      )}
    >
      <EmojiTile
        size="sm"
        emoji={request.emoji ?? DEFAULT_EMOJI}
        color={agent?.color}
        className="self-start [grid-area:face] @4xl:self-center @4xl:[grid-area:auto]"
      />
      <div className="flex min-w-0 items-baseline gap-2 [grid-area:agent] @4xl:[grid-area:auto]">
        {agent ? (
          <Link
            href={agentPath(agent, hasManyProjects)}
            tabIndex={tabIndex}
            className="relative z-1 truncate rounded-sm font-medium hover:underline"
          >
            {name}
          </Link>
        ) : (
          <>
            <span className="truncate font-medium">{name}</span>
            <span className="shrink-0 text-quiet text-xs">is gone</span>
          </>
        )}
      </div>
      <div className="flex min-w-0 items-baseline gap-1.5 [grid-area:kind] @4xl:block @4xl:[grid-area:auto]">
        <span className="shrink-0 @max-4xl:text-xs">{kindLabel(request)}</span>
        {actor !== undefined && (
          <span className="truncate text-quiet text-xs @4xl:block">
            <span aria-hidden className="mr-1.5 @4xl:hidden">
              ·
            </span>
            {actor}
          </span>
        )}
      </div>
      <div className="flex min-w-0 [grid-area:state] @max-4xl:mt-2 @4xl:[grid-area:auto]">
        <StateBadge view={view} />
      </div>
      <div className="truncate text-quiet text-xs @max-4xl:hidden">{executorName ?? <Nothing />}</div>
      <div className="text-quiet text-xs tabular-nums [grid-area:when] @max-4xl:text-right @4xl:[grid-area:auto]">
        <RelativeTime at={request.requested_at} />
      </div>
      <div className="text-quiet text-xs tabular-nums [grid-area:took] @max-4xl:text-right @4xl:[grid-area:auto]">
        <Took view={view} />
        {request.attempts > 1 && (
          <span className="@4xl:block">
            <span aria-hidden className="mx-1 @4xl:hidden">
              ·
            </span>
            {request.attempts} attempts
          </span>
        )}
      </div>
      <button
        type="button"
        data-row-toggle
        tabIndex={tabIndex}
        aria-expanded={isOpen}
        aria-controls={isOpen ? detailsId(request.id) : undefined}
        aria-label={`Details: ${kindLabel(request)}, ${name}, ${view.label}`}
        onClick={onToggle}
        className="cursor-pointer justify-self-end text-quiet outline-none [grid-area:toggle] @max-4xl:mt-2 after:absolute after:inset-0 @4xl:[grid-area:auto]"
      >
        <ChevronDown aria-hidden className={classNames("size-4 transition-transform", isOpen && "rotate-180")} />
      </button>
    </div>
  );
}

/** From where it was picked up last to its end, or to now. */
function Took({ view: { request, state } }: { view: RequestView }) {
  const { picked_up_at, completed_at } = request;
  if (picked_up_at === null) return <Nothing />;
  if (completed_at !== null) return formatDuration(Date.parse(completed_at) - Date.parse(picked_up_at));
  return state === "running" ? <Ticking since={Date.parse(picked_up_at)} /> : <Nothing />;
}

/** Where a column would be empty. */
function Nothing() {
  return (
    <span aria-hidden className="@max-4xl:hidden">
      –
    </span>
  );
}

function Ticking({ since }: { since: number }) {
  return formatTicking(useNow().getTime() - since);
}
