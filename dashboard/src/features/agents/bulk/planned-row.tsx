import { CircleAlert } from "lucide-react";
import { emoji } from "#contract";
import { EmojiTile } from "../../../ui/emoji-tile.tsx";
import type { PlannedAgent } from "./plan-agents.ts";

type PlannedRowProps = { agent: PlannedAgent; onGoTo: (line: number) => void };

/** One line as the agent it will be; a wrong one leads to its place in the text. */
export function PlannedRow({ agent, onGoTo }: PlannedRowProps) {
  const { line, command, identity, problems } = agent;
  const isWrong = problems.length > 0;
  return (
    <li className="relative grid grid-cols-[1.25rem_2rem_minmax(0,1fr)] items-start gap-x-3 px-4 py-2.5">
      <span className="pt-2 text-right text-quiet text-xs tabular-nums">
        {isWrong ? (
          <button
            type="button"
            aria-label={`Line ${line}: go there`}
            onClick={() => onGoTo(line)}
            className="cursor-pointer rounded-xs font-semibold text-danger after:absolute after:inset-0"
          >
            {line}
          </button>
        ) : (
          line
        )}
      </span>
      <EmojiTile emoji={emoji.safeParse(command.emoji).data ?? ""} color={command.color} size="sm" />
      <div className="min-w-0">
        <div className="flex min-h-8 flex-col justify-center gap-x-3 gap-y-0.5 lg:flex-row lg:items-center">
          <div className="min-w-0 lg:flex-1">
            <p className="truncate font-medium text-sm">{command.displayName || "No name"}</p>
            {command.roleShort && <p className="truncate text-quiet text-xs">{command.roleShort}</p>}
          </div>
          {identity !== undefined && (
            <code className="truncate font-mono text-2xs text-quiet lg:max-w-[45%] lg:shrink-0">
              {identity.agentKey}
            </code>
          )}
        </div>
        {problems.map((words) => (
          <p key={words} className="mt-1 flex items-start gap-1.5 text-pretty text-danger text-xs">
            <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
            <span className="min-w-0 wrap-anywhere">{words}</span>
          </p>
        ))}
      </div>
    </li>
  );
}
