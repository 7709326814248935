import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { StrangerPage } from "../features/session/stranger-page.tsx";
import { accessQuery } from "../lib/access.ts";
import { exampleAgent } from "../lib/fleet/example-rows.ts";
import { agentsQuery, projectsQuery } from "../lib/fleet/queries.ts";
import { draftKey } from "../lib/kept-drafts.ts";
import { useLeaveGuard } from "../lib/leave-guard.ts";
import { renewSession } from "../lib/session.ts";
import { readSession, setSession } from "../lib/session-state.ts";
import { AccountMenu } from "./account-menu.tsx";

const RICKY = exampleAgent();
const STRANGER = { mode: "members" as const, roles: {}, executor_id: null };
const drafts = () => Object.keys(localStorage).filter((key) => key.startsWith("hatchery.draft."));

beforeEach(() => {
  localStorage.clear();
  setSession({ status: "signed-in", userId: "ada", email: "ada@example.com" });
});
afterEach(() => localStorage.clear());

/** What Ada typed and did not save: two texts of Ricky, one of an agent that is gone. Bob has one of his own. */
function keepDrafts() {
  const keys = [
    draftKey("ada", RICKY.id, "soul"),
    draftKey("ada", RICKY.id, "user"),
    draftKey("ada", "gone", "soul"),
    draftKey("bob", RICKY.id, "soul"),
  ];
  for (const key of keys) localStorage.setItem(key, "{}");
  return keys;
}

async function show() {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(agentsQuery.queryKey, [RICKY]);
  client.setQueryData(projectsQuery.queryKey, []);
  client.setQueryData(accessQuery.queryKey, STRANGER);
  const screen = await render(
    <QueryClientProvider client={client}>
      <AccountMenu email="ada@example.com" side="bottom" />
      <StrangerPage access={STRANGER} email="ada@example.com" />
    </QueryClientProvider>,
  );
  const account = screen.getByRole("button", { name: "Account" });
  const signOut = async () => {
    account.element().focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
    await expect.poll(() => document.activeElement?.textContent).toBe("Sign out");
    await userEvent.keyboard("{Enter}");
  };
  return { screen, account, signOut };
}

test("with nothing unsaved one is signed out at once", async () => {
  const { screen, signOut } = await show();
  await signOut();
  await expect.poll(readSession).toEqual({ status: "signed-out", reason: "none" });
  expect(screen.getByRole("dialog").elements()).toEqual([]);
});

test("with unsaved texts it asks, says of which agents they are, and staying keeps them and the focus", async () => {
  const keys = keepDrafts();
  const { screen, account, signOut } = await show();
  await signOut();
  const dialog = screen.getByRole("dialog", { name: "3 documents are not saved" });
  await expect.element(dialog).toBeVisible();
  expect(
    dialog
      .getByRole("listitem")
      .elements()
      .map((item) => item.textContent),
  ).toEqual(["Ricky2 documents", "Agents that you do not see any more1 document"]);
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(account).toHaveFocus();
  expect(drafts().toSorted()).toEqual(keys.toSorted());
  expect(readSession().status).toBe("signed-in");
});

test("it asks as well for what is unsaved on the page alone, where the browser keeps nothing", async () => {
  function Unsaved() {
    useLeaveGuard(true, () => undefined);
    return null;
  }
  await render(<Unsaved />);
  const { screen, signOut } = await show();
  await signOut();
  await expect.element(screen.getByRole("dialog", { name: "Your text is not saved" })).toBeVisible();
});

test("signing out all the same discards every one of that person, and none of another", async () => {
  const keys = keepDrafts();
  const { screen, signOut } = await show();
  await signOut();
  await screen.getByRole("button", { name: "Sign out and discard" }).click();
  await expect.poll(readSession).toEqual({ status: "signed-out", reason: "none" });
  expect(drafts()).toEqual(keys.slice(3));
});

test("who belongs to no project is asked as well", async () => {
  keepDrafts();
  const { screen } = await show();
  await screen.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect.element(screen.getByRole("dialog", { name: "3 documents are not saved" })).toBeVisible();
  await screen.getByRole("button", { name: "Stay" }).click();
  await expect.element(screen.getByRole("button", { name: "Sign out", exact: true })).toHaveFocus();
});

test("a session that merely expires keeps them", async () => {
  const keys = keepDrafts();
  await renewSession();
  expect(readSession()).toEqual({ status: "signed-out", reason: "expired" });
  expect(drafts().toSorted()).toEqual(keys.toSorted());
});
