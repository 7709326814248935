import { expect, it } from "vitest";
import { currentEdit, type Head, isOvertaken, isUnsaved, settleEdit, typeInto } from "./edit.ts";

const HEAD: Head = { content: "one", revision: 3, docDate: null };

it("typing begins at the document that is there, and typing back is no edit", () => {
  const edit = typeInto(undefined, HEAD, "one more");
  expect(edit).toEqual({ text: "one more", base: { content: "one", revision: 3 } });
  expect(isUnsaved(edit)).toBe(true);
  expect(isUnsaved(typeInto(edit, HEAD, "one"))).toBe(false);
});

it("a newer document overtakes what is unsaved, and the base stays what was seen", () => {
  const newer = { ...HEAD, content: "two", revision: 4 };
  const edit = typeInto(typeInto(undefined, HEAD, "one!"), newer, "one!!");
  expect(edit.base.revision).toBe(3);
  expect(isOvertaken(edit, newer)).toBe(true);
  expect(isOvertaken(edit, HEAD)).toBe(false);
});

it("a document that came to say the same needs no saving any more", () => {
  const edit = typeInto(undefined, HEAD, "two");
  const same = { ...HEAD, content: "two", revision: 4 };
  expect(isOvertaken(edit, same)).toBe(false);
  expect(currentEdit(edit, same)).toBeUndefined();
});

it("what was typed while it was saved is unsaved on top of what was saved", () => {
  const typed = typeInto(typeInto(undefined, HEAD, "two"), HEAD, "two and a half");
  const settled = settleEdit(typed, HEAD, { content: "two", revision: 4 });
  expect(settled).toEqual({ text: "two and a half", base: { content: "two", revision: 4 } });
  expect(isOvertaken(settled, HEAD)).toBe(false);
});

it("after saving, the saved text stays until it is read again", () => {
  const settled = settleEdit(typeInto(undefined, HEAD, "two"), HEAD, { content: "two", revision: 4 });
  expect(isUnsaved(settled)).toBe(false);
  expect(currentEdit(settled, HEAD)).toEqual(settled);
  expect(currentEdit(settled, { ...HEAD, content: "two", revision: 4 })).toBeUndefined();
});

it("a new day's note is unsaved even when it is empty", () => {
  const edit = { text: "one", base: { content: "one", revision: 3 }, docDate: "2026-03-02" };
  expect(isUnsaved(edit)).toBe(true);
  expect(typeInto(edit, HEAD, "").docDate).toBe("2026-03-02");
});

it("what was saved once does not come back when another text is saved", () => {
  const saved = settleEdit(typeInto(undefined, HEAD, "two"), HEAD, { content: "two", revision: 4 });
  const head = { ...HEAD, content: "two", revision: 4 };
  const restored = settleEdit(saved, head, { content: "one", revision: 5 });
  expect(restored.text).toBe("one");
  expect(isUnsaved(restored)).toBe(false);
});
