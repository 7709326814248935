import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { exampleDisk, exampleDocument } from "../example-documents.ts";
import { changedTo, reads, type Screen, savedAs, show, TEXT, typeAtStart } from "../example-panel.tsx";
import { versionTextQuery } from "../queries.ts";

beforeEach(() => localStorage.clear());
afterEach(() => localStorage.clear());

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

test.each([
  ["Keep mine", TEXT],
  ["Use theirs", TEXT.replace("tea", "coffee")],
])("a conflict is settled by %s", async (button, content) => {
  const row = exampleDocument({ brain_doc_disk: [exampleDisk({ revision: null, conflict_version: 9 })] });
  const { screen, sent } = await show({ row, answer: savedAs(4) });
  await expect.element(screen.getByText("SOUL.md was changed here and on Mac mini")).toBeVisible();
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

test("a conflict about a daily note names the day, and says that the notes of later days wait for it", async () => {
  const disk = exampleDisk({ revision: null, conflict_version: 9, doc_date: "2026-03-01" });
  const row = exampleDocument({ doc_type: "memory_today", doc_date: "2026-03-01", brain_doc_disk: [disk] });
  const { screen } = await show({ row, type: "memory_today" });
  await expect.element(screen.getByText(/^The note of 1 March.* was changed here and on Mac mini$/)).toBeVisible();
  await expect
    .element(screen.getByText(/Until it is settled, no note of a later day comes in: choose below.$/))
    .toBeVisible();
});

test("a conflict about another document says nothing of notes", async () => {
  const { screen } = await show({ row: CONFLICT });
  await expect.element(screen.getByText("SOUL.md was changed here and on Mac mini")).toBeVisible();
  expect(screen.getByText(/later day/).elements()).toEqual([]);
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

const CONFLICT = exampleDocument({ brain_doc_disk: [exampleDisk({ revision: null, conflict_version: 9 })] });

/** A conflict, with something typed into its merge. */
async function typeIntoMerge(shown: Screen) {
  const editor = shown.screen.getByRole("textbox", { name: "SOUL.md, merged" });
  await typeAtStart({ editor }, "Hello. ");
  await reads(editor, /Hello/);
  return editor;
}

test("what was typed into the merge of a conflict stays when the file changes once more", async () => {
  const shown = await show({ row: CONFLICT });
  const editor = await typeIntoMerge(shown);
  const disk = exampleDisk({ revision: null, conflict_version: 10 });
  shown.keep(exampleDocument({ brain_doc_disk: [disk] }), TEXT);
  await expect.element(shown.screen.getByText("The text on disk could not be read")).toBeVisible();
  await reads(editor, /Hello/);
  shown.client.setQueryData(versionTextQuery(10).queryKey, TEXT.replace("calm", "quick"));
  await shown.screen.getByRole("button", { name: "Merge with the newer text" }).click();
  await reads(shown.screen.getByRole("textbox", { name: "SOUL.md, merged" }), /Hello.*quick/);
});

test("what was typed into the merge of a conflict is unsaved text when somebody else settles that", async () => {
  const shown = await show({ row: CONFLICT, answer: savedAs(5) });
  await typeIntoMerge(shown);
  shown.keep(exampleDocument({ revision: 4 }), TEXT.replace("tea", "coffee"));
  await expect.element(shown.screen.getByText("A newer text is there")).toBeVisible();
  await reads(shown.editor, /^Hello/);
});

test("what was typed into the merge of a conflict outlives the page", async () => {
  const first = await show({ row: CONFLICT });
  await typeIntoMerge(first);
  await first.screen.unmount();
  const { screen, editor } = await show({ row: CONFLICT });
  expect(screen.getByRole("button", { name: "Keep mine" }).elements()).toEqual([]);
  await screen.getByRole("button", { name: "Continue" }).click();
  await reads(editor, /Hello/);
  await expect.element(screen.getByText("Save or discard your text, then choose between the two.")).toBeVisible();
});

test("a conflict of which one side changed is not settled: nothing is saved, and the choice is still there", async () => {
  const shown = await show({ row: CONFLICT, answer: () => changedTo(TEXT, 3) });
  await shown.screen.getByRole("button", { name: "Use theirs" }).click();
  await reads(shown.screen.getByRole("alert"), /^One of the two texts was changed meanwhile/);
  await expect.element(shown.screen.getByRole("button", { name: "Keep mine" })).toBeVisible();
});

test("what was typed into the merge of two savers is still there after going back, and outlives the page", async () => {
  const newer = TEXT.replace("calm", "quick");
  const shown = await show({ answer: () => changedTo(newer, 4) });
  await typeAtStart(shown, "Hello. ");
  shown.rows.splice(0, 1, exampleDocument({ revision: 4 }));
  await userEvent.keyboard("{Control>}s{/Control}");
  const merge = shown.screen.getByRole("textbox", { name: "SOUL.md, merged" });
  await typeAtStart({ editor: merge }, "Again. ");
  await shown.screen.getByRole("button", { name: "Back" }).click();
  await reads(shown.editor, /^Again. Hello.*quick/);
  await shown.screen.unmount();
  const later = await show({ row: exampleDocument({ revision: 4 }), text: newer });
  await later.screen.getByRole("button", { name: "Continue" }).click();
  await reads(later.editor, /^Again. Hello.*quick/);
});

test("what was typed while a save was refused for a newer text is in the merge", async () => {
  let refuse: () => void = () => undefined;
  const held = new Promise<Response>((resolve) => {
    refuse = () => resolve(changedTo(TEXT.replace("calm", "quick"), 4));
  });
  const shown = await show({ answer: () => held });
  await typeAtStart(shown, "Hello. ");
  shown.rows.splice(0, 1, exampleDocument({ revision: 4 }));
  await userEvent.keyboard("{Control>}s{/Control}");
  await expect.poll(() => shown.sent).toHaveLength(1);
  await userEvent.keyboard("Again. ");
  refuse();
  await reads(shown.screen.getByRole("textbox", { name: "SOUL.md, merged" }), /Hello. Again.*quick/);
});
