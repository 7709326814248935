import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, FileQuestion } from "lucide-react";
import { useMemo } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { DEFAULT_EMOJI, type DocumentType } from "#contract";
import { agentPath, documentPath } from "../../lib/fleet/agent-path.ts";
import { DataNotice } from "../../lib/fleet/data-notice.tsx";
import { documentName } from "../../lib/fleet/document-name.ts";
import { useNow } from "../../lib/use-now.ts";
import { usePageTitle } from "../../lib/use-page-title.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { EmojiTile } from "../../ui/emoji-tile.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { PathText } from "../../ui/path-text.tsx";
import { diskStatesOf } from "./disk-states.ts";
import { readType } from "./document-names.ts";
import { DocumentPanel } from "./document-panel.tsx";
import { DocumentTabs } from "./document-tabs.tsx";
import { DocumentsSkeleton } from "./documents-skeleton.tsx";
import { documentsQuery } from "./queries.ts";
import { type DocumentAgent, useDocumentAgent } from "./use-document-agent.ts";

type DocumentsPageProps = {
  /** As in the table. */
  agentKey: string;
  /** As the address names it. */
  typeName: string;
};

/** The files that an agent reads itself by, one at a time. */
export function DocumentsPage({ agentKey, typeName }: DocumentsPageProps) {
  const [parameters] = useSearchParams();
  const project = parameters.get("project");
  const data = useDocumentAgent(agentKey, project);
  const type = readType(typeName);
  const { found } = data;
  const title = type === undefined ? "Documents" : documentName(type);
  usePageTitle(found === undefined ? title : `${title} of ${found.agent.name}`);
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <Link
        href={agentPath({ agent_key: agentKey, project_id: project ?? "" }, project !== null)}
        className="-ml-1 inline-flex items-center gap-1 self-start rounded-sm pr-1 text-quiet text-sm transition-colors hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" />
        {found?.agent.name ?? "Agent"}
      </Link>
      <DataNotice data={data} what="The agent" />
      {data.status === "loading" && <DocumentsSkeleton />}
      {data.status === "ready" && (found === undefined || type === undefined) && (
        <NoDocument isAgent={found !== undefined} />
      )}
      {data.status === "ready" && found !== undefined && type !== undefined && (
        <Documents found={found} type={type} project={project} />
      )}
    </div>
  );
}

type DocumentsProps = { found: DocumentAgent; type: DocumentType; project: string | null };

function Documents({ found, type, project }: DocumentsProps) {
  const { agent } = found;
  const [, navigate] = useLocation();
  const rows = useQuery(documentsQuery(agent)).data;
  const now = useNow(10);
  const states = useMemo(() => diskStatesOf(rows, found, now), [rows, found, now]);
  return (
    <>
      <PageHeader
        leading={<EmojiTile emoji={agent.emoji ?? DEFAULT_EMOJI} color={agent.color} />}
        title={<span className="block whitespace-normal wrap-anywhere">Documents of {agent.name}</span>}
        description={
          agent.workspace_path !== null && (
            <span className="font-mono text-xs wrap-anywhere">
              <PathText path={agent.workspace_path} />
            </span>
          )
        }
      />
      <div className="flex min-w-0 flex-col gap-4">
        <DocumentTabs
          selected={type}
          states={states}
          onSelect={(next) => {
            if (next !== type) navigate(documentPath(agent.agent_key, next, project));
          }}
        />
        <DocumentPanel key={`${agent.id}/${type}`} found={found} type={type} />
      </div>
    </>
  );
}

function NoDocument({ isAgent }: { isAgent: boolean }) {
  return (
    <EmptyState
      level={1}
      icon={<FileQuestion />}
      title={isAgent ? "There is no such document" : "There is no agent with this key"}
      action={
        <Link href="/" className={buttonStyle({ variant: "primary" })}>
          Go to your agents
        </Link>
      }
    >
      The address may be mistyped, or what was here is gone.
    </EmptyState>
  );
}
