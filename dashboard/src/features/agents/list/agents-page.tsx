import { Bot, ListPlus, Plus } from "lucide-react";
import { useRef } from "react";
import { usePageTitle } from "../../../lib/use-page-title.ts";
import { useShortcut } from "../../../lib/use-shortcut.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { PageHeader } from "../../../ui/page-header.tsx";
import { newAgents } from "../bulk/new-agents.ts";
import { newAgent } from "../create/new-agent.ts";
import { DataNotice } from "../data-notice.tsx";
import { executorLabel } from "../executor-label.ts";
import { type AgentData, useAgentViews } from "../use-agent-views.ts";
import { AgentsList } from "./agents-list.tsx";
import { AgentsSkeleton } from "./agents-skeleton.tsx";

const createOne = () => newAgent.tell({ type: "opened" });
const createMany = () => newAgents.tell({ type: "opened" });

/** Every agent as a card: search, filter, order, and the way to a new one. */
export function AgentsPage() {
  const data = useAgentViews();
  usePageTitle("Agents");
  const oneRef = useRef<HTMLButtonElement>(null);
  const manyRef = useRef<HTMLButtonElement>(null);
  useShortcut("n", () => {
    // Where the focus returns to when the dialog closes.
    oneRef.current?.focus();
    createOne();
  });
  useShortcut("N", () => {
    manyRef.current?.focus();
    createMany();
  });
  const isEmpty = data.status === "ready" && data.views.length === 0;
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHeader
        title="Agents"
        description={describe(data)}
        actions={
          <>
            <IconButton
              ref={manyRef}
              label="Create from a list"
              variant="secondary"
              icon={<ListPlus />}
              tooltipSide="bottom"
              aria-keyshortcuts="Shift+N"
              onClick={createMany}
            />
            <Button ref={oneRef} variant="primary" icon={<Plus />} aria-keyshortcuts="n" onClick={createOne}>
              New agent
            </Button>
          </>
        }
      />
      <DataNotice data={data} what="The agents" />
      {data.status === "loading" && <AgentsSkeleton />}
      {isEmpty && (
        <EmptyState
          icon={<Bot />}
          title="There are no agents yet"
          action={
            <Button variant="secondary" icon={<Plus />} onClick={createOne}>
              Create the first one
            </Button>
          }
        />
      )}
      {data.status === "ready" && !isEmpty && <AgentsList data={data} />}
    </div>
  );
}

function describe({ status, views, executors }: AgentData): string {
  if (status !== "ready") return "On your Macs";
  const agents = `${views.length} ${views.length === 1 ? "agent" : "agents"}`;
  const [executor, ...others] = executors;
  if (executor === undefined) return `${agents}, no executor yet`;
  return `${agents} on ${others.length === 0 ? executorLabel(executor) : `${executors.length} executors`}`;
}
