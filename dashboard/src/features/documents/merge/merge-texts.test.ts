import { expect, it } from "vitest";
import { mergeTexts } from "./merge-texts.ts";

const BASE = "# Soul\n\nYou are calm.\n\nYou like tea.\n";

it("what each changed for itself stands in the merge", () => {
  const mine = BASE.replace("calm", "quick");
  const theirs = BASE.replace("tea", "coffee");
  expect(mergeTexts(BASE, mine, theirs)).toEqual({
    text: "# Soul\n\nYou are quick.\n\nYou like coffee.\n",
    isClean: true,
  });
});

it("where both changed the same line mine stands, and the merge is not clean", () => {
  const merged = mergeTexts(BASE, BASE.replace("calm", "quick"), BASE.replace("calm", "slow"));
  expect(merged).toEqual({ text: BASE.replace("calm", "quick"), isClean: false });
});

it("the same change on both sides is no conflict", () => {
  const both = BASE.replace("calm", "quick");
  expect(mergeTexts(BASE, both, both)).toEqual({ text: both, isClean: true });
});

it("a last line without an end is kept without one", () => {
  expect(mergeTexts("one\ntwo", "one\ntwo", "zero\none\ntwo").text).toBe("zero\none\ntwo");
});

it("without a base nothing is guessed", () => {
  expect(mergeTexts(null, "mine", "theirs")).toEqual({ text: "mine", isClean: false });
});

it("a line is the same whether it is the last one or not", () => {
  expect(mergeTexts("one\ntwo", "one\ntwo\nthree", "ONE\ntwo")).toEqual({ text: "ONE\ntwo\nthree", isClean: true });
});
