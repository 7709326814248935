import { Egg } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { AgentsPage } from "../features/agents/list/agents-page.tsx";
import { usePageTitle } from "../lib/use-page-title.ts";
import { buttonStyle } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { PageLoading } from "./page-loading.tsx";
import { RouteFocus } from "./route-focus.tsx";

const AgentPage = lazy(async () => ({ default: (await import("../features/agents/page/agent-page.tsx")).AgentPage }));
const DocumentsCard = lazy(async () => ({
  default: (await import("../features/documents/documents-card.tsx")).DocumentsCard,
}));
const DocumentsPage = lazy(async () => ({
  default: (await import("../features/documents/documents-page.tsx")).DocumentsPage,
}));
const ExecutorsPage = lazy(async () => ({
  default: (await import("../features/executors/executors-page.tsx")).ExecutorsPage,
}));
const RequestsPage = lazy(async () => ({
  default: (await import("../features/requests/requests-page.tsx")).RequestsPage,
}));

export function Routes() {
  const [path] = useLocation();
  return (
    <ErrorBoundary isPart resetKey={path}>
      <Suspense fallback={<PageLoading />}>
        <Switch>
          <Route path="/">
            <AgentsPage />
          </Route>
          <Route path="/agents/:key">
            {({ key }) => (
              <WithAgentKey encoded={key}>
                {(agentKey) => (
                  <AgentPage
                    key={agentKey}
                    agentKey={agentKey}
                    renderDocuments={(agent) => (
                      <Suspense fallback={null}>
                        <DocumentsCard agent={agent} />
                      </Suspense>
                    )}
                  />
                )}
              </WithAgentKey>
            )}
          </Route>
          <Route path="/agents/:key/documents/:type">
            {({ key, type }) => (
              <WithAgentKey encoded={key}>
                {(agentKey) => <DocumentsPage key={agentKey} agentKey={agentKey} typeName={type} />}
              </WithAgentKey>
            )}
          </Route>
          <Route path="/executors">
            <ExecutorsPage />
          </Route>
          <Route path="/requests">
            <RequestsPage />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
        <RouteFocus path={pageOf(path)} />
      </Suspense>
    </ErrorBoundary>
  );
}

/** The documents of an agent are one page: from tab to tab the focus stays where it is. */
function pageOf(path: string): string {
  return path.replace(/(?<=\/documents\/)[^/]+$/, "");
}

type WithAgentKeyProps = { encoded: string; children: (agentKey: string) => ReactNode };

/** The router leaves `%3A` as it is, and lets through what cannot be decoded. */
function WithAgentKey({ encoded, children }: WithAgentKeyProps) {
  if (!URL.canParse(`agent:${encoded}`) || !/^(?:[^%]|%[0-9a-f]{2})+$/i.test(encoded)) return <NotFound />;
  return children(decodeURIComponent(encoded));
}

function NotFound() {
  usePageTitle("No such page");
  return (
    <EmptyState
      level={1}
      icon={<Egg />}
      title="There is no such page"
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
