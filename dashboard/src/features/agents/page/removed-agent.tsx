import { Plus } from "lucide-react";
import { Link } from "wouter";
import { executorLabel } from "../../../lib/fleet/executor-label.ts";
import type { ExecutorRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Button, buttonStyle } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { openWithAgent } from "../create/new-agent.ts";
import { ActivityList } from "./activity-list.tsx";
import { removedWords } from "./removal-words.ts";
import { RequestHistory } from "./request-history.tsx";

type RemovedAgentProps = {
  newest: RequestRow;
  /** Every one that the agent had, newest first. */
  requests: readonly RequestRow[];
  executors: readonly ExecutorRow[];
  mayCreate: boolean;
};

/** An agent that is gone: what is left of it, and the way to have it again. */
export function RemovedAgent({ newest, requests, executors, mayCreate }: RemovedAgentProps) {
  const { display_name: name, emoji, agent_key: agentKey, project_id: projectId } = newest;
  const executor = executors.find(({ id }) => id === newest.executor_id);
  return (
    <>
      <EmptyState
        level={1}
        icon={<span className="font-emoji text-2xl leading-none grayscale">{emoji}</span>}
        title={`${name} is removed`}
        className="py-10"
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <Link href="/" className={buttonStyle({ variant: "secondary" })}>
              All agents
            </Link>
            {mayCreate && (
              <Button icon={<Plus />} onClick={() => openWithAgent({ name, emoji, ownKey: agentKey, projectId })}>
                Create it again
              </Button>
            )}
          </div>
        }
      >
        {sentences(removedWords(newest, executor && executorLabel(executor)))}
      </EmptyState>
      <div className="mx-auto flex w-full max-w-2xl flex-col gap-4">
        <RequestHistory requests={requests} isWaiting={false} />
        <ActivityList agent={newest} requests={requests} executors={executors} />
      </div>
    </>
  );
}
