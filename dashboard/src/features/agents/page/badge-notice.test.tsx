import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { exampleAgent, exampleExecutor, exampleRequest, exampleRuntime } from "../../../lib/fleet/example-rows.ts";
import type { AgentTables } from "../agent-views.ts";
import { createViewMaker } from "../agent-views.ts";
import { BadgeNotice } from "./badge-notice.tsx";

const NOW = new Date(exampleExecutor().last_seen_at);

async function show(tables: Partial<AgentTables>, mayChange = true) {
  const [view] = createViewMaker()(
    { agents: [exampleAgent()], requests: [], executors: [exampleExecutor()], runtimes: [exampleRuntime()], ...tables },
    NOW,
  );
  if (view === undefined) throw new Error("No view");
  return await render(
    <QueryClientProvider client={new QueryClient()}>
      <BadgeNotice view={view} mayChange={mayChange} />
    </QueryClientProvider>,
  );
}

test("an agent whose executor takes no requests says why, and what to do about it", async () => {
  const problem = {
    code: "openclaw_missing",
    message: "There is no executable at ~/openclaw",
    hint: "Install OpenClaw",
  };
  const screen = await show({ requests: [exampleRequest()], executors: [exampleExecutor({ problem })] });
  await expect.element(screen.getByText("Waiting for Mac mini · OpenClaw cannot be started")).toBeVisible();
  await expect.element(screen.getByText("There is no executable at ~/openclaw. Install OpenClaw.")).toBeVisible();
});

test("an agent that nobody has asked for can be set up, by whoever may change it", async () => {
  const screen = await show({});
  await expect.element(screen.getByRole("button", { name: "Provision Ricky" })).toBeVisible();
  await screen.unmount();
  const looking = await show({}, false);
  await expect.element(looking.getByText("Not on this Mac")).toBeVisible();
  expect(looking.getByRole("button").elements()).toEqual([]);
});

test("an agent that OpenClaw has already can be adopted", async () => {
  const agents = [{ id: "ricky", name: "Ricky", emoji: "🦊", workspace: "/w", isDefault: false }];
  const screen = await show({ runtimes: [exampleRuntime({ agents })] });
  await expect.element(screen.getByRole("button", { name: "Adopt Ricky" })).toBeVisible();
});
