import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { signOut } from "../../lib/session.ts";
import { setSession } from "../../lib/session-state.ts";
import { exampleDisk, exampleDocument, exampleDocumentAgent } from "./example-documents.ts";
import { reads, savedAs, show, TEXT, typeAtStart } from "./example-panel.tsx";
import { versionsQuery } from "./queries.ts";
import { dayOf, dayWords } from "./version-words.ts";

beforeEach(() => localStorage.clear());
afterEach(() => localStorage.clear());

const noteOf = (docDate: string) =>
  show({ row: exampleDocument({ doc_type: "memory_today", doc_date: docDate }), type: "memory_today" });

test("a daily note is called by its day, and the next one is begun by its day: the agent's Mac may be in another", async () => {
  const today = dayOf(new Date());
  const { screen } = await noteOf("2020-03-01");
  await expect.element(screen.getByText("The note of 1 March 2020", { exact: true })).toBeVisible();
  await screen.getByRole("button", { name: `Start the note of ${dayWords(today, new Date())}` }).click();
  await expect
    .element(screen.getByText(`The note of ${dayWords(today, new Date())}, today by your clock`))
    .toBeVisible();
  expect(screen.container.textContent).not.toMatch(/today's|yesterday/i);
});

test("nothing can be saved until something is typed, and then it is saved on top of what was seen", async () => {
  const shown = await show({ answer: savedAs(4) });
  const { screen, sent, editor, rows } = shown;
  await reads(editor, /You are calm/);
  await expect.element(screen.getByRole("button", { name: /^Save/ })).toBeDisabled();
  await typeAtStart(shown, "Hello. ");
  rows.splice(0, 1, exampleDocument({ revision: 4 }));
  await screen.getByRole("button", { name: /^Save/ }).click();
  await expect.element(screen.getByText("Saved · on its way to Mac mini")).toBeVisible();
  expect(sent).toEqual([
    { method: "PUT", path: "agent%3Aricky%3Amain/files/soul", body: { content: `Hello. ${TEXT}`, baseRevision: 3 } },
  ]);
  await reads(editor, /^Hello/);
});

test("Ctrl+S saves, and Ctrl+E shows how it reads", async () => {
  const shown = await show({ answer: savedAs(4) });
  await typeAtStart(shown, "Hello. ");
  await userEvent.keyboard("{Control>}s{/Control}");
  await expect.poll(() => shown.sent.length).toBe(1);
  await userEvent.keyboard("{Control>}e{/Control}");
  const preview = shown.screen.getByRole("region", { name: "Preview" });
  // Its code is fetched when it is wanted.
  await expect.element(preview, { timeout: 4_000 }).toBeVisible();
  await reads(preview, /You are calm/);
});

test("what is not there yet is written on top of nothing, and stays in the editor when it is", async () => {
  const other = exampleDocument({ doc_type: "agents", id: "other" });
  const shown = await show({ row: other, answer: savedAs(1) });
  await typeAtStart(shown, "Hello.");
  shown.rows.splice(0, 1, other, exampleDocument({ revision: 1 }));
  await userEvent.keyboard("{Control>}s{/Control}");
  await expect.poll(() => shown.sent[0]?.body).toEqual({ content: "Hello.", baseRevision: 0 });
  await userEvent.keyboard(" Again.");
  await reads(shown.editor, /^Hello. Again.$/);
  await expect.element(shown.screen.getByText("Unsaved")).toBeVisible();
});

test("a draft that was saved after all is not offered", async () => {
  const first = await show({});
  await typeAtStart(first, "Hello. ");
  await expect.element(first.screen.getByText("Unsaved")).toBeVisible();
  await first.screen.unmount();
  for (const text of [`Hello. ${TEXT}`, TEXT]) {
    const { screen, editor } = await show({ row: exampleDocument({ revision: 4 }), text });
    await expect.element(editor).toBeVisible();
    expect(screen.getByText(/^You have unsaved text/).elements()).toEqual([]);
    await screen.unmount();
  }
});

test("a newer text takes its place while nobody is typing, and says who wrote it", async () => {
  const { screen, editor, keep } = await show({});
  await reads(editor, /calm/);
  keep(exampleDocument({ revision: 4 }), TEXT.replace("calm", "quick"));
  await reads(editor, /quick/);
  await expect.element(screen.getByText("Updated from disk at Mac mini")).toBeVisible();
});

test("a refusal is told in the function's words, and the text stays", async () => {
  const error = { code: "agent_deleting", message: "The agent is being removed", hint: "Wait for that to end" };
  const shown = await show({ answer: () => Response.json({ error }, { status: 409 }) });
  await typeAtStart(shown, "Hello. ");
  await shown.screen.getByRole("button", { name: /^Save/ }).click();
  await reads(shown.screen.getByRole("alert"), /being removed.*Wait for that to end/);
  await reads(shown.editor, /^Hello/);
});

test("unsaved text outlives the page: it is offered again, with the text that it was made of", async () => {
  const first = await show({ answer: savedAs(4) });
  await typeAtStart(first, "Hello. ");
  await expect.element(first.screen.getByText("Unsaved")).toBeVisible();
  await first.screen.unmount();

  const second = await show({
    answer: savedAs(5),
    row: exampleDocument({ revision: 4 }),
    text: TEXT.replace("tea", "coffee"),
  });
  await expect.element(second.screen.getByText(/^You have unsaved text from/)).toBeVisible();
  await reads(second.editor, /^# Ricky/);
  await second.screen.getByRole("button", { name: "Continue" }).click();
  await reads(second.editor, /^Hello/);
  await expect.element(second.screen.getByText("A newer text is there")).toBeVisible();
  await second.screen.unmount();

  const third = await show({});
  await third.screen.getByRole("button", { name: "Discard" }).click();
  await reads(third.editor, /^# Ricky/);
  await third.screen.unmount();

  const fourth = await show({});
  await reads(fourth.editor, /^# Ricky/);
  expect(fourth.screen.getByText(/^You have unsaved text/).elements()).toEqual([]);
});

test("discarded text comes back by Undo, and the focus stays in the document", async () => {
  const shown = await show({});
  await typeAtStart(shown, "Hello. ");
  await shown.screen.getByRole("button", { name: "Discard" }).click();
  await reads(shown.editor, /^# Ricky/);
  await expect.poll(() => document.activeElement?.role).toBe("tabpanel");
  await shown.screen.getByRole("button", { name: "Undo" }).click();
  await reads(shown.editor, /^Hello/);
});

test("what is typed while one is signing out is not kept for whoever comes next", async () => {
  setSession({ status: "signed-in", userId: "ada", email: "ada@example.com" });
  const shown = await show({});
  await typeAtStart(shown, "Hello. ");
  const drafts = () => Object.keys(localStorage).filter((name) => name.startsWith("hatchery.draft."));
  await expect.poll(drafts).toHaveLength(1);
  await signOut();
  await userEvent.keyboard("Once more.");
  await shown.screen.unmount();
  expect(drafts()).toEqual([]);
});

test("a draft of another tab is not forgotten with that of this one", async () => {
  const shown = await show({});
  await typeAtStart(shown, "Hello. ");
  const key = await vi.waitUntil(() => Object.keys(localStorage).find((name) => name.startsWith("hatchery.draft.")));
  const other = JSON.stringify({ text: "Hello from there", base: { content: TEXT, revision: 3 }, at: 1 });
  localStorage.setItem(key, other);
  await shown.screen.getByRole("button", { name: "Discard" }).click();
  await shown.screen.unmount();
  expect(localStorage.getItem(key)).toBe(other);
});

test.each([
  ["viewer", "You may look, but not write"],
  ["removing", "The agent is being removed"],
  ["absent", "Nobody has asked for this agent on a Mac"],
] as const)("%s: it can be read and not written, and says why", async (lock, words) => {
  const shown = await show({ found: exampleDocumentAgent({ lock }) });
  await expect.element(shown.screen.getByText(words)).toBeVisible();
  await typeAtStart(shown, "Hello. ");
  await reads(shown.editor, /^# Ricky/);
  expect(shown.screen.getByRole("button", { name: /^Save|Discard/ }).elements()).toEqual([]);
});

test("a file that could not be written says why, and what to do", async () => {
  const error = { code: "path_refused", message: "SOUL.md is a link", hint: "Replace it", at: "2026-03-01T12:00:00Z" };
  const row = exampleDocument({ brain_doc_disk: [exampleDisk({ revision: 2, error })] });
  const { screen } = await show({ row });
  await expect.element(screen.getByText("SOUL.md is a link.")).toBeVisible();
  await expect.element(screen.getByText("Replace it.")).toBeVisible();
});

test("the editor brings no style element along, which the page's policy would not allow", async () => {
  const { editor } = await show({});
  await expect.element(editor).toBeVisible();
  const styles = [...document.querySelectorAll("style")].map((style) => style.textContent);
  expect(styles.filter((text) => text?.includes("ͼ"))).toEqual([]);
  expect(document.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules]).length).toBeGreaterThan(0);
  expect(getComputedStyle(editor.element()).whiteSpace).toBe("break-spaces");
});

test("the focus is on the button again when the history is closed", async () => {
  const { screen, client } = await show({});
  client.setQueryData(versionsQuery(exampleDocument().id, 30).queryKey, []);
  const button = screen.getByRole("button", { name: "History" });
  button.element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByRole("dialog", { name: "History of SOUL.md" })).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(button).toHaveFocus();
});
