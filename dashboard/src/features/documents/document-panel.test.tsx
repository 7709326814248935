import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Locator, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import type { DocumentType } from "#contract";
import { DocumentPanel } from "./document-panel.tsx";
import { exampleDisk, exampleDocument, exampleDocumentAgent } from "./example-documents.ts";
import { documentsQuery, textQuery, versionTextQuery } from "./queries.ts";
import type { DocumentRow } from "./rows.ts";
import type { DocumentAgent } from "./use-document-agent.ts";

const TEXT = "# Ricky\n\nYou are calm.\n\nYou like tea.\n";
const ANSWER = {
  docDate: null,
  updatedAt: null,
  updatedBy: null,
  onDisk: false,
  syncedAt: null,
  error: null,
  conflict: null,
};

type Shown = {
  row?: DocumentRow;
  text?: string;
  found?: DocumentAgent;
  type?: DocumentType;
  /** What the function answers to whatever is sent. */
  answer?: (body: Record<string, unknown>) => Response;
};

/** A document over what the cache holds. `rows` is what a look at the table finds; `sent` what the function was asked. */
async function show({
  row = exampleDocument(),
  text = TEXT,
  found = exampleDocumentAgent(),
  type = "soul",
  answer,
}: Shown) {
  const sent: { method: string; path: string; body: Record<string, unknown> }[] = [];
  const rows = [row];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.searchParams.get("select")?.startsWith("content")) {
      return Response.json({ content: sent.at(-1)?.body["content"], revision: rows.at(-1)?.revision, doc_date: null });
    }
    if (!url.pathname.startsWith("/functions/")) return Response.json(rows);
    const body: Record<string, unknown> = JSON.parse(String(init?.body));
    sent.push({ method: init?.method ?? "", path: url.pathname.replace(/.*\/agents\//, ""), body });
    return answer?.(body) ?? Response.json({}, { status: 500 });
  });
  const client = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, networkMode: "always" } },
  });
  const keep = (next: DocumentRow, content: string) => {
    client.setQueryData(textQuery(next.id, next.revision).queryKey, {
      content,
      revision: next.revision,
      doc_date: next.doc_date,
    });
    rows.splice(0, 1, next);
    client.setQueryData(documentsQuery(found.agent).queryKey, [next]);
  };
  keep(row, text);
  client.setQueryData(versionTextQuery(9).queryKey, TEXT.replace("tea", "coffee"));
  const screen = await render(
    <QueryClientProvider client={client}>
      <DocumentPanel found={found} type={type} />
    </QueryClientProvider>,
  );
  const editor = screen.getByRole("textbox", { name: "SOUL.md", exact: true });
  return { screen, client, sent, editor, keep, rows };
}

type Screen = Awaited<ReturnType<typeof show>>;

/** Types at the very beginning. */
async function typeAtStart({ editor }: Pick<Screen, "editor">, text: string) {
  await editor.click();
  await userEvent.keyboard("{Control>}{Home}{/Control}");
  await userEvent.keyboard(text);
}

const reads = (place: Locator, text: RegExp) => expect.poll(() => place.element().textContent).toMatch(text);

beforeEach(() => localStorage.clear());
afterEach(() => localStorage.clear());

const savedAs = (revision: number) => (body: Record<string, unknown>) =>
  Response.json({ document: { ...ANSWER, content: body["content"], revision } }, { status: 202 });

const changedTo = (content: string, revision: number) =>
  Response.json(
    {
      error: { code: "document_changed", message: "It was saved by somebody else meanwhile", hint: "Merge the two" },
      document: { ...ANSWER, content, revision },
      yours: { content: "" },
    },
    { status: 409 },
  );

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

test("with unsaved text nothing is overwritten: both changes stand in the merge, which is saved on top of the newer", async () => {
  const shown = await show({ answer: savedAs(5) });
  const { screen, editor, keep, sent } = shown;
  await typeAtStart(shown, "Hello. ");
  keep(exampleDocument({ revision: 4 }), TEXT.replace("tea", "coffee"));
  await expect.element(screen.getByText("A newer text is there")).toBeVisible();
  await reads(editor, /^Hello.*tea/);
  await screen.getByRole("button", { name: "Merge" }).click();
  await screen.getByRole("button", { name: "Save the merge" }).click();
  await expect.poll(() => sent).toHaveLength(1);
  expect(sent[0]?.body).toEqual({
    content: `Hello. ${TEXT.replace("tea", "coffee")}`,
    baseRevision: 4,
    reason: "merged",
  });
});

test("when somebody else was faster both texts are shown, and theirs can be used", async () => {
  const newer = TEXT.replace("calm", "quick");
  const shown = await show({ answer: () => changedTo(newer, 4) });
  const { screen, rows, editor } = shown;
  await typeAtStart(shown, "Hello. ");
  rows.splice(0, 1, exampleDocument({ revision: 4 }));
  await screen.getByRole("button", { name: /^Save/ }).click();
  await expect.element(screen.getByText("A newer text was saved while you were writing")).toBeVisible();
  await reads(screen.getByRole("textbox", { name: "SOUL.md, merged" }), /Hello.*quick/);
  await expect.poll(() => document.activeElement?.role).toBe("tabpanel");
  await screen.getByRole("button", { name: "Use theirs" }).click();
  await reads(editor, /^# RickyYou are quick/);
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
  await expect.element(second.screen.getByText(/^You have unsaved text of/)).toBeVisible();
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

test.each([
  ["Keep mine", TEXT],
  ["Use theirs", TEXT.replace("tea", "coffee")],
])("a conflict is settled by %s", async (button, content) => {
  const row = exampleDocument({ brain_doc_disk: [exampleDisk({ revision: null, conflict_version: 9 })] });
  const { screen, sent } = await show({ row, answer: savedAs(4) });
  await expect.element(screen.getByText(/were changed apart$/)).toBeVisible();
  await screen.getByRole("button", { name: button }).click();
  await expect
    .poll(() => sent)
    .toEqual([
      {
        method: "POST",
        path: "agent%3Aricky%3Amain/files/soul/resolve",
        body: { content, baseRevision: 3, conflictVersion: 9 },
      },
    ]);
});

test("a conflict after a save is settled like any other, and nothing that was saved comes back", async () => {
  const shown = await show({ answer: (body) => savedAs("conflictVersion" in body ? 5 : 4)(body) });
  await typeAtStart(shown, "Hello. ");
  shown.rows.splice(0, 1, exampleDocument({ revision: 4 }));
  await userEvent.keyboard("{Control>}s{/Control}");
  await expect.element(shown.screen.getByText("Saved · on its way to Mac mini")).toBeVisible();
  const disk = exampleDisk({ revision: null, conflict_version: 9 });
  shown.keep(exampleDocument({ revision: 4, brain_doc_disk: [disk] }), `Hello. ${TEXT}`);
  shown.rows.splice(0, 1, exampleDocument({ revision: 5 }));
  await shown.screen.getByRole("button", { name: "Use theirs" }).click();
  await reads(shown.editor, /^# Ricky.*coffee/);
  expect(shown.screen.getByText("Unsaved").elements()).toEqual([]);
});

test("in a conflict each difference can be taken by itself, and the merge is saved", async () => {
  const row = exampleDocument({ brain_doc_disk: [exampleDisk({ revision: null, conflict_version: 9 })] });
  const { screen, sent } = await show({ row, answer: savedAs(4) });
  await expect.element(screen.getByText("1 difference left")).toBeVisible();
  await screen.getByRole("button", { name: "Take theirs" }).click();
  await expect.element(screen.getByText("No differences left")).toBeVisible();
  await screen.getByRole("button", { name: "Save the merge" }).click();
  await expect.poll(() => sent[0]?.body["content"]).toBe(TEXT.replace("tea", "coffee"));
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
