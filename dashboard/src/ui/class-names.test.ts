import { expect, test } from "vitest";
import { classNames } from "./class-names.ts";

test("of two classes for the same property the later one stays", () => {
  expect(classNames("size-4 text-quiet", "size-3 text-info")).toBe("size-3 text-info");
  expect(classNames("h-9 px-3.5 rounded-md", "px-0 rounded-full")).toBe("h-9 px-0 rounded-full");
  expect(classNames("bg-sunken", "bg-danger-soft")).toBe("bg-danger-soft");
  expect(classNames("border border-line", "border-danger-line")).toBe("border border-danger-line");
});

test("a class with a state or a breakpoint is about another moment", () => {
  expect(classNames("px-3 text-base sm:text-sm", "max-lg:px-2.5")).toBe("px-3 text-base sm:text-sm max-lg:px-2.5");
});

test("the font's size and its colour, though both are called text, do not meet", () => {
  expect(classNames("text-sm text-quiet", "text-pretty text-xs")).toBe("text-quiet text-pretty text-xs");
});

test("sides, axes and backgrounds of other kinds all stay", () => {
  const all =
    "gap-x-3 gap-y-2 border-b border-t rounded-t-lg bg-linear-to-r bg-sunken pl-2 pr-3 items-center items-start";
  expect(classNames(all)).toBe(all);
});

test("what is false is left out", () => {
  expect(classNames("p-1", undefined, ["w-full", null])).toBe("p-1 w-full");
});
