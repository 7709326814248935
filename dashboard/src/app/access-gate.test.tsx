import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { type Access, accessQuery } from "../lib/access.ts";
import { AccessGate } from "./access-gate.tsx";

const MEMBER: Access = { mode: "members", roles: { "front-office": "viewer" }, executor_id: null };

async function show(access: Access) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(accessQuery.queryKey, access);
  client.setQueryData(["agents"], []);
  const screen = await render(
    <QueryClientProvider client={client}>
      <AccessGate email="ada@example.com">The pages</AccessGate>
    </QueryClientProvider>,
  );
  return { screen, client };
}

test.each([
  ["a viewer among members", MEMBER],
  ["anybody while the project is open", { ...MEMBER, mode: "open", roles: {} }],
] satisfies [string, Access][])("%s sees the pages", async (_, access) => {
  const { screen } = await show(access);
  await expect.element(screen.getByText("The pages")).toBeVisible();
});

test("a stranger is told whom to ask, with the command that adds them", async () => {
  const { screen } = await show({ ...MEMBER, roles: {} });
  await expect.element(screen.getByRole("heading", { name: "You are not a member of any project" })).toBeVisible();
  await expect
    .element(screen.getByText("npm run access -- add 'ada@example.com' viewer --project PROJECT_ID"))
    .toBeVisible();
  expect(screen.getByText("The pages").elements()).toEqual([]);
});

test("an executor's account is told that it is no person's", async () => {
  const { screen } = await show({ ...MEMBER, roles: {}, executor_id: "mini" });
  await expect.element(screen.getByRole("heading", { name: "This account belongs to an executor" })).toBeVisible();
});

test("a stranger who is added sees the pages, and all is read anew", async () => {
  const { screen, client } = await show({ ...MEMBER, roles: {} });
  await expect.element(screen.getByRole("button", { name: "Sign out" })).toBeVisible();
  client.setQueryData(accessQuery.queryKey, MEMBER);
  await expect.element(screen.getByText("The pages")).toBeVisible();
  await expect.poll(() => client.getQueryState(["agents"])?.isInvalidated).toBe(true);
  expect(client.getQueryState(accessQuery.queryKey)?.isInvalidated).toBe(false);
});
