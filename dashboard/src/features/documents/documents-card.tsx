import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useMemo } from "react";
import { Link, useSearchParams } from "wouter";
import { documentPath } from "../../lib/fleet/agent-path.ts";
import { documentName } from "../../lib/fleet/document-name.ts";
import { executorLabel } from "../../lib/fleet/executor-label.ts";
import { executorsQuery } from "../../lib/fleet/queries.ts";
import type { AgentRow } from "../../lib/fleet/rows.ts";
import { useNow } from "../../lib/use-now.ts";
import { classNames } from "../../ui/class-names.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SectionCard } from "../../ui/section-card.tsx";
import { TONE_SOLID, TONE_TEXT } from "../../ui/tone.ts";
import { diskStatesOf } from "./disk-states.ts";
import { type DiskState, SHORT_WORDS } from "./disk-words.ts";
import { DOCUMENT_WORDS, SHOWN_DOCUMENTS } from "./document-names.ts";
import { documentsQuery } from "./queries.ts";
import { executorOf } from "./use-document-agent.ts";

/** The agent's documents, each with where it stands, as ways to its page. */
export function DocumentsCard({ agent }: { agent: AgentRow }) {
  const [parameters] = useSearchParams();
  const rows = useQuery(documentsQuery(agent)).data;
  const executors = useQuery(executorsQuery).data;
  const now = useNow(10);
  const executor = executorOf(agent, executors ?? []);
  const states = useMemo(() => diskStatesOf(rows, { agent, executor }, now), [rows, agent, executor, now]);
  const machine = executor === undefined ? "its Mac" : executorLabel(executor);
  return (
    <SectionCard title="Documents" aside={<OnTheWay states={[...states.values()]} machine={machine} />}>
      <ul className="-mx-2 -my-1 flex flex-col">
        {SHOWN_DOCUMENTS.map((type) => (
          <li key={type}>
            <Link
              href={documentPath(agent.agent_key, type, parameters.get("project"))}
              className="flex items-center gap-3 rounded-md px-2 py-2 text-sm transition-colors hover:bg-hover"
            >
              <span className="min-w-0 flex-1">
                <span className="font-medium">{documentName(type)}</span>
                <span className="block truncate text-quiet text-xs">{DOCUMENT_WORDS[type].about}</span>
              </span>
              <CardState state={states.get(type)} />
              <ChevronRight aria-hidden className="size-4 shrink-0 text-faint" />
            </Link>
          </li>
        ))}
      </ul>
    </SectionCard>
  );
}

/** How many saved texts the agent does not have yet. */
function OnTheWay({ states, machine }: { states: readonly DiskState[]; machine: string }) {
  const moving = states.filter(({ kind }) => kind === "on-its-way").length;
  const waiting = states.filter(({ kind }) => kind === "waiting");
  const at = waiting[0]?.at;
  return (
    <p className={at === undefined ? undefined : "text-warning"}>
      <span role="status">
        {moving > 0 && `${moving} on ${moving === 1 ? "its" : "their"} way to ${machine}`}
        {at !== undefined && `${waiting.length} ${waiting.length === 1 ? "waits" : "wait"} for ${machine}, last seen`}
      </span>
      {at !== undefined && (
        <>
          {" "}
          <RelativeTime at={at} />
        </>
      )}
    </p>
  );
}

function CardState({ state }: { state: DiskState | undefined }) {
  if (state === undefined) return null;
  return (
    <span className={classNames("flex shrink-0 items-center gap-1.5 text-xs", TONE_TEXT[state.tone])}>
      <span aria-hidden className={classNames("size-1.5 rounded-full", TONE_SOLID[state.tone])} />
      {SHORT_WORDS[state.kind]}
      {state.kind === "on-disk" && state.at !== undefined && (
        <span className="text-quiet max-sm:hidden">
          <RelativeTime at={state.at} />
        </span>
      )}
    </span>
  );
}
