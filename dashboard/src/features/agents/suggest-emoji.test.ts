import { expect, test } from "vitest";
import { DEFAULT_EMOJI, emoji } from "#contract";
import { suggestEmoji } from "./suggest-emoji.ts";

test.each([
  ["Ricky", "", "🦊"],
  ["Ada", "Answers support mail", "💬"],
  ["Ada", "Writes the weekly newsletter", "📬"],
  ["Quill", "Changelog editor", "✍️"],
  ["Marlow", "On-call for incidents", "🚨"],
  ["Recipe box", "", "🍳"],
])("%s with the purpose %j gets %s", (name, purpose, expected) => {
  expect(suggestEmoji(name, purpose)).toBe(expected);
});

test("the purpose counts before the name", () => {
  expect(suggestEmoji("Fox", "Translates everything")).toBe("🌍");
});

test("a short word counts only when it stands alone", () => {
  expect(suggestEmoji("Ada", "Reviews articles")).toBe("🔎");
  expect(suggestEmoji("Cathedral", "")).toBe(DEFAULT_EMOJI);
});

test.each(["", "Zoë", "研究员", "$&.*"])("the name %j, which says nothing, gets the default", (name) => {
  expect(suggestEmoji(name, "")).toBe(DEFAULT_EMOJI);
});

test("every suggestion is an emoji that the contract stores as it is", () => {
  for (const word of ["secur", "legal law", "write", "ops", "fitness", "phone"]) {
    const suggested = suggestEmoji("", word);
    expect(emoji.parse(suggested)).toBe(suggested);
  }
});
