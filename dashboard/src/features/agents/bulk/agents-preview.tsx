import { LARGEST_BATCH } from "#contract";
import { Button } from "../../../ui/button.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { agentsWords, problemWords, surplusWords } from "./plan-words.ts";
import { PlannedRow } from "./planned-row.tsx";
import { PreviewHelp } from "./preview-help.tsx";
import type { Plan } from "./use-bulk-form.ts";

type AgentsPreviewProps = {
  plan: Plan;
  /** Somebody wants to see a line in the text. */
  onGoTo: (line: number) => void;
};

/** What will come of each line, and what is wrong with it. */
export function AgentsPreview({ plan, onGoTo }: AgentsPreviewProps) {
  const { reading, agents, surplus, wrongLines } = plan;
  const [firstWrong] = wrongLines;
  const problems = problemWords(plan);
  const tooMany = surplusWords(surplus);
  return (
    <section
      aria-label="Preview"
      className="flex min-h-64 min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-sunken"
    >
      {agents.length > 0 && (
        <div className="flex h-11 shrink-0 items-center justify-between gap-2 border-line border-b pr-2 pl-4">
          <p role="status" className="font-medium text-sm tabular-nums">
            {agentsWords(plan)}
            {problems !== "" && <span className="sr-only">, {problems}</span>}
          </p>
          {firstWrong !== undefined && (
            <Button
              size="sm"
              variant="ghost"
              className="text-danger"
              aria-label={`${problems}: go to the first`}
              onClick={() => onGoTo(firstWrong)}
            >
              {problems}
            </Button>
          )}
        </div>
      )}
      {reading.problem !== null && (
        <Notice tone="danger" title={reading.problem.message} className="m-4">
          <span className="wrap-anywhere">{reading.problem.detail}</span>
        </Notice>
      )}
      {reading.problem === null && agents.length === 0 && <PreviewHelp />}
      {agents.length > 0 && (
        <ol
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          aria-label="Agents to create"
          className="min-h-0 flex-1 divide-y divide-line overflow-y-auto overscroll-contain outline-offset-[-2px]"
        >
          {agents.map((agent, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is nothing but its place in the list
            <PlannedRow key={index} agent={agent} onGoTo={onGoTo} />
          ))}
          {tooMany !== undefined && (
            <li className="px-4 py-3 text-danger text-xs">
              {tooMany}: at most {LARGEST_BATCH} agents can be created at once
            </li>
          )}
        </ol>
      )}
    </section>
  );
}
