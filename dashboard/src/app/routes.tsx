import { Egg } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { AgentsPage } from "../features/agents/list/agents-page.tsx";
import { usePageTitle } from "../lib/use-page-title.ts";
import { buttonStyle } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { PageLoading } from "./page-loading.tsx";
import { RouteFocus } from "./route-focus.tsx";

const AgentPage = lazy(async () => ({ default: (await import("../features/agents/page/agent-page.tsx")).AgentPage }));
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
          <Route path="/agents/:key">{({ key }) => <AgentRoute encodedKey={key} />}</Route>
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
        <RouteFocus path={path} />
      </Suspense>
    </ErrorBoundary>
  );
}

/** The router leaves `%3A` as it is, and lets through what cannot be decoded. */
function AgentRoute({ encodedKey }: { encodedKey: string }) {
  if (!URL.canParse(`agent:${encodedKey}`) || !/^(?:[^%]|%[0-9a-f]{2})+$/i.test(encodedKey)) return <NotFound />;
  const key = decodeURIComponent(encodedKey);
  return <AgentPage key={key} agentKey={key} />;
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
