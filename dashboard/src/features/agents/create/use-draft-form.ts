import { useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { createAgentCommand, displayName } from "#contract";
import type { Failure } from "../../../lib/error-text.ts";
import type { ExecutorRow, ProjectRow } from "../../../lib/fleet/rows.ts";
import { colorInTurn } from "../agent-colors.ts";
import { type AgentIdentity, identityFromKey, identityFromName } from "../agent-ids.ts";
import { findProblems } from "../find-problems.ts";
import { createAgent } from "../queries.ts";
import { submit } from "../submission/submit.ts";
import { suggestEmoji } from "../suggest-emoji.ts";
import { useFleet } from "../use-fleet.ts";
import type { Draft } from "./draft.ts";
import { fillDraft } from "./fill-draft.ts";
import { newAgent } from "./new-agent.ts";

export type DraftForm = {
  draft: Draft;
  edit: (changes: Partial<Draft>) => void;
  /** What is chosen where nobody picked anything. */
  chosen: { emoji: string; suggestedEmoji: string; color: string; project: ProjectRow | undefined };
  executors: readonly ExecutorRow[];
  projects: readonly ProjectRow[];
  /** The id and key it will most likely get; undefined while the name or the key of one's own is none. */
  identity: AgentIdentity | undefined;
  taken: ReadonlySet<string>;
  /** What is wrong with each field, by its name in the command; the server's word before our own. */
  problems: Partial<Record<string, string>>;
  /** What the server had against it. */
  refusal: Failure | null;
  /** Answers whether it was sent. */
  submit: () => boolean;
};

/** The New agent dialog's fields and what follows from them. */
export function useDraftForm(): DraftForm {
  const client = useQueryClient();
  const state = newAgent.use();
  const { isOpen, draft, problem } = state;
  const [wasTried, setWasTried] = useState(false);
  if (wasTried && !isOpen) setWasTried(false);
  const { agentCount, executors, projects, taken } = useFleet(state);

  const project = projects.find(({ id }) => id === draft.projectId) ?? projects[0];
  const color = draft.color ?? colorInTurn(agentCount);
  const suggestedEmoji = suggestEmoji(draft.name, draft.purpose);
  const command = fillDraft(draft, { projectId: project?.id ?? "", executorId: undefined, color });
  const found = findProblems(createAgentCommand, command);

  const identity = identityOf(useDeferredValue(draft.name), draft.ownKey, taken);
  const problems = shownProblems(found, draft, wasTried);
  if (problem?.field !== undefined) problems[problem.field] = problem.message;

  return {
    draft,
    edit: (changes) => newAgent.tell({ type: "edited", changes }),
    chosen: { emoji: draft.emoji ?? suggestedEmoji, suggestedEmoji, color, project },
    executors,
    projects,
    identity,
    taken,
    problems,
    refusal: problem,
    submit: () => {
      const now = identityOf(draft.name, draft.ownKey, taken);
      if (Object.keys(found).length > 0 || now === undefined) {
        setWasTried(true);
        return false;
      }
      void submit(client, newAgent, {
        fill: () => [{ command: createAgentCommand.parse(command), identity: now }],
        send: ({ key, creations }) => Promise.all(creations.map((creation) => createAgent(key, creation.command))),
      });
      return true;
    },
  };
}

function identityOf(name: string, ownKey: string | null, taken: ReadonlySet<string>): AgentIdentity | undefined {
  if (ownKey !== null) return identityFromKey(ownKey.trim());
  const parsed = displayName.safeParse(name);
  return parsed.success ? identityFromName(parsed.data, taken) : undefined;
}

/** Nobody wants to hear that a field is empty before they had the chance to fill it. */
function shownProblems(found: DraftForm["problems"], draft: Draft, wasTried: boolean): DraftForm["problems"] {
  if (wasTried) return { ...found };
  const isTyped: Record<string, boolean> = {
    displayName: draft.name.trim() !== "",
    roleShort: true,
    agentKey: (draft.ownKey?.split(":").length ?? 0) > 2,
  };
  return Object.fromEntries(Object.entries(found).filter(([field]) => isTyped[field] ?? true));
}
