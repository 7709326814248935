import { RefreshCw } from "lucide-react";
import { CommandButton } from "../../lib/fleet/command-button.tsx";
import { executorLabel } from "../../lib/fleet/executor-label.ts";
import type { ExecutorRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { askForList, isListAwaited, keepAsking } from "./queries.ts";

type ListAgeProps = { executor: ExecutorRow; runtime: RuntimeRow | undefined; alive: boolean; mayAsk: boolean };

/** How old OpenClaw's list is, and the way to a new one. */
export function ListAge({ executor, runtime, alive, mayAsk }: ListAgeProps) {
  const isAwaited = runtime !== undefined && isListAwaited(runtime);
  const name = executorLabel(executor);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <p className="text-quiet text-xs tabular-nums">
        {runtime?.published_at == null ? (
          "Never listed"
        ) : (
          <>
            Listed <RelativeTime at={runtime.published_at} />
          </>
        )}
        <span role="status">
          {isAwaited && (alive ? " · a new list is on its way" : " · a new list comes when it is back")}
        </span>
      </p>
      {mayAsk && (
        <CommandButton
          label="Refresh"
          about={`the list of ${name}`}
          icon={<RefreshCw />}
          variant="secondary"
          isBusy={isAwaited && alive}
          ask={() => askForList(executor.id)}
          keep={keepAsking}
          refusedTitle={`${name} was not asked for a new list`}
        />
      )}
    </div>
  );
}
