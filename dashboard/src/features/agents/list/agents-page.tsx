import { Bot, ListPlus, Plus } from "lucide-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { mayChangeAnything } from "../../../lib/access.ts";
import { DataNotice } from "../../../lib/fleet/data-notice.tsx";
import { executorLabel } from "../../../lib/fleet/executor-label.ts";
import { usePageTitle } from "../../../lib/use-page-title.ts";
import { useShortcut } from "../../../lib/use-shortcut.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { PageHeader } from "../../../ui/page-header.tsx";
import { newAgents } from "../bulk/new-agents.ts";
import { newAgent } from "../create/new-agent.ts";
import { type AgentData, useAgentViews } from "../use-agent-views.ts";
import { AgentsSkeleton } from "./agents-skeleton.tsx";

const loadList = () => import("./agents-list.tsx");
const AgentsList = lazy(async () => ({ default: (await loadList()).AgentsList }));

const createOne = () => newAgent.tell({ type: "opened" });
const createMany = () => newAgents.tell({ type: "opened" });

/** Every agent as a card: search, filter, order, and the way to a new one. */
export function AgentsPage() {
  const data = useAgentViews();
  usePageTitle("Agents");
  useEffect(() => {
    // Comes while the agents are read, so that nobody waits for it.
    loadList().catch(() => undefined);
  }, []);
  const mayCreate = mayChangeAnything(data.access);
  const oneRef = useRef<HTMLButtonElement>(null);
  const manyRef = useRef<HTMLButtonElement>(null);
  useShortcut("n", () => {
    if (!mayCreate) return;
    // Where the focus returns to when the dialog closes.
    oneRef.current?.focus();
    createOne();
  });
  useShortcut("N", () => {
    if (!mayCreate) return;
    manyRef.current?.focus();
    createMany();
  });
  const isEmpty = data.status === "ready" && data.views.length === 0;
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHeader
        title="Agents"
        description={
          <>
            <p>{describe(data)}</p>
            {!mayCreate && (
              <p className="text-pretty">To create or change agents, have an owner make you an operator.</p>
            )}
          </>
        }
        actions={
          mayCreate ? (
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
          ) : (
            <Badge tone="muted" mark="none">
              View only
            </Badge>
          )
        }
      />
      <DataNotice data={data} what="The agents" />
      {data.status === "loading" && <AgentsSkeleton />}
      {isEmpty && (
        <EmptyState
          icon={<Bot />}
          title="There are no agents yet"
          action={
            mayCreate && (
              <Button variant="secondary" icon={<Plus />} onClick={createOne}>
                Create the first one
              </Button>
            )
          }
        />
      )}
      {data.status === "ready" && !isEmpty && (
        <Suspense fallback={<AgentsSkeleton />}>
          <AgentsList data={data} />
        </Suspense>
      )}
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
