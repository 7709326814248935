import { useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { LARGEST_BATCH } from "#contract";
import type { Failure } from "../../../lib/error-text.ts";
import type { PlaceForm } from "../place-fields.tsx";
import { createAgents } from "../queries.ts";
import { submit } from "../submission/submit.ts";
import { useFleet } from "../use-fleet.ts";
import { type BulkDraft, newAgents } from "./new-agents.ts";
import { type Circumstances, type PlannedAgent, planAgents, toCreations } from "./plan-agents.ts";
import { readText } from "./read-text.ts";
import type { Reading } from "./reading.ts";
import { type RefusedValue, refusalOfAll, refusedValues } from "./refused-values.ts";

/** What will come of the text. */
export type Plan = {
  reading: Reading;
  /** As many as may be created at once. */
  agents: readonly PlannedAgent[];
  /** The lines of those that are too many. */
  surplus: readonly number[];
  /** The lines that must change before anything can be created. */
  wrongLines: readonly number[];
};

export type BulkForm = PlaceForm & {
  draft: BulkDraft;
  edit: (changes: Partial<BulkDraft>) => void;
  plan: Plan;
  /** What the server had against all of it, as sentences. */
  refusal: { title: string; words: string } | null;
  /** Sends it when nothing is wrong; else answers the first line that is. */
  submit: () => number | undefined;
};

/** The New agents dialog's text and what follows from it. The plan may be a moment behind the typing. */
export function useBulkForm(): BulkForm {
  const client = useQueryClient();
  const state = newAgents.use();
  const { draft, problem, submission } = state;
  const { executors, projects, agentCount, taken, keys } = useFleet(state);
  const project = projects.find(({ id }) => id === draft.projectId) ?? projects[0];

  const text = useDeferredValue(draft.text);
  const reading = useMemo(() => readText(text), [text]);
  const around = useMemo<Circumstances>(
    () => ({
      projectId: project?.id ?? "",
      executorId: draft.executorId,
      agentCount,
      taken,
      keys,
      refused: refusedValues(problem, submission),
    }),
    [project?.id, draft.executorId, agentCount, taken, keys, problem, submission],
  );
  const plan = useMemo(() => makePlan(reading, around), [reading, around]);

  return {
    draft,
    edit: (changes) => newAgents.tell({ type: "edited", changes }),
    chosen: { project },
    executors,
    projects,
    problems: placeProblems(problem),
    plan,
    refusal: problem !== null && stillHolds(around.refused, plan) ? refusalOfAll(problem) : null,
    submit: () => {
      const now = text === draft.text ? plan : makePlan(readText(draft.text), around);
      const [firstWrong] = now.wrongLines;
      if (firstWrong !== undefined || now.agents.length === 0 || project === undefined) return firstWrong;
      void submit(client, newAgents, {
        fill: () => toCreations(now.agents),
        send: ({ key, creations }) =>
          createAgents(
            key,
            creations.map(({ command }) => command),
          ),
      });
      return undefined;
    },
  };
}

function makePlan(reading: Reading, around: Circumstances): Plan {
  const agents = planAgents(reading.entries.slice(0, LARGEST_BATCH), around);
  const surplus = reading.entries.slice(LARGEST_BATCH).map(({ line }) => line);
  const wrong = agents.filter(({ problems }) => problems.length > 0).map(({ line }) => line);
  const unreadable = reading.problem === null ? [] : [reading.problem.line ?? 1];
  return { reading, agents, surplus, wrongLines: [...new Set([...unreadable, ...wrong, ...surplus.slice(0, 1)])] };
}

/** A refusal of single lines says nothing any more once none of them says what was refused. */
function stillHolds(refused: readonly RefusedValue[], { agents }: Plan): boolean {
  const words = new Set(agents.flatMap(({ problems }) => problems));
  return refused.length === 0 || refused.some(({ message }) => words.has(message));
}

/** What is wrong with where they are to live, by the field's name in the command. */
function placeProblems(problem: Failure | null): BulkForm["problems"] {
  const named = [...(problem?.errors ?? []), ...(problem ? [problem] : [])];
  const messageOf = (wanted: string) => named.find(({ field }) => field === wanted)?.message;
  return { projectId: messageOf("projectId"), executorId: messageOf("executorId") };
}
