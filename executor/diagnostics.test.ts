import { expect, test } from "vitest";
import { cleanDiagnostics } from "./diagnostics.ts";

test("escapes and control characters go, lines stay", () => {
  expect(cleanDiagnostics("\u001B[31mred\u001B[0m\r\n\u0007bell\tand tab\n")).toBe("red\nbell\tand tab");
});

test.each([
  ["OPENAI_API_KEY=sk-abcdefgh12345678", "OPENAI_API_KEY=[hidden]"],
  ['{"token":"abcdefgh12345678"}', '{"token":"[hidden]"}'],
  ["Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [hidden]"],
  ["with eyJhbGciOiJIUzI1.eyJpc3MiOiJ4.c2lnbmF0dXJl inside", "with [hidden] inside"],
  ["No API key found for provider", "No API key found for provider"],
])("what looks like a secret is hidden: %s", (text, clean) => {
  expect(cleanDiagnostics(text)).toBe(clean);
});

test("only the end of a long text is kept, and never half a character", () => {
  const clean = cleanDiagnostics(`${"🦊".repeat(5_000)}!`);
  expect(clean).toHaveLength(4_000);
  expect(clean.isWellFormed()).toBe(true);
  expect(clean.endsWith("🦊!")).toBe(true);
});
