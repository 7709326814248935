import { Link } from "wouter";
import { agentPath } from "../../lib/fleet/agent-path.ts";
import { ProvisionButton } from "../../lib/fleet/provision-button.tsx";
import { RetryButton } from "../../lib/fleet/retry-button.tsx";
import { Badge } from "../../ui/badge.tsx";
import { EmojiTile } from "../../ui/emoji-tile.tsx";
import { AdoptChoice } from "./adopt-choice.tsx";
import { type ComparedAgent, RUNTIME_STATES } from "./compare-runtime.ts";

type ComparedRowProps = { compared: ComparedAgent; executorId: string; hasManyProjects: boolean };

/** One agent: who it is, how list and database stand to each other, and what can be done about that. */
export function ComparedRow({ compared, executorId, hasManyProjects }: ComparedRowProps) {
  const { agent, name, emoji, agentId, isDefault, note } = compared;
  return (
    <li
      data-row={agentId}
      tabIndex={-1}
      className="grid min-h-14 grid-cols-[2rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1.5 py-2.5 rounded-sm lg:grid-cols-[2rem_minmax(0,14rem)_minmax(0,1fr)_6.5rem_9rem]"
    >
      <EmojiTile size="sm" emoji={emoji} color={agent?.color} className="self-start lg:self-center" />
      <div className="min-w-0">
        <p className="truncate font-medium">
          {agent === undefined ? (
            name
          ) : (
            <Link href={agentPath(agent, hasManyProjects)} className="rounded-sm hover:underline">
              {name}
            </Link>
          )}
        </p>
        <p className="truncate text-quiet text-xs">
          <code className="font-mono">{agentId}</code>
          {isDefault && " · OpenClaw's own"}
        </p>
      </div>
      <div className="flex self-start lg:order-1 lg:self-center">
        <StateBadge compared={compared} />
      </div>
      <p className="min-w-0 wrap-anywhere text-pretty text-quiet text-xs empty:hidden max-lg:col-span-2 max-lg:col-start-2 lg:empty:block">
        {note}
      </p>
      <div className="flex empty:hidden max-lg:col-span-2 max-lg:col-start-2 max-lg:-ml-2 lg:order-2 lg:justify-end">
        <RowAction compared={compared} executorId={executorId} />
      </div>
    </li>
  );
}

function StateBadge({ compared: { state, tone } }: Pick<ComparedRowProps, "compared">) {
  return <Badge tone={tone}>{RUNTIME_STATES.find(({ id }) => id === state)?.label}</Badge>;
}

function RowAction({ compared: { action, name }, executorId }: Omit<ComparedRowProps, "hasManyProjects">) {
  switch (action?.kind) {
    case "retry":
      return <RetryButton request={action.request} label={action.label} isQuiet />;
    case "provision":
      return <ProvisionButton agent={action.agent} label={action.label} isQuiet />;
    case "adopt":
      return <AdoptChoice {...{ executorId, name }} agentId={action.agentId} projects={action.projects} />;
    default:
      return null;
  }
}
