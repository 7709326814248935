import emojibase from "emojibase-data/en/data.json" with { type: "json" };
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { emoji as emojiRule } from "#contract";
import { loadEmojiData } from "../../dashboard/src/features/agents/fields/emoji-data.ts";
import { askBrowser } from "../../dev/browser/contract-page.ts";
import { askDeno } from "../../dev/testing/ask-deno.ts";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The newest emoji that every engine knows: Deno's. */
const NEWEST_VERSION = 16;

const versioned = z.object({ emoji: z.string(), version: z.number() });
const published = z
  .array(versioned.extend({ group: z.number().optional(), skins: z.array(versioned).default([]) }))
  .parse(emojibase)
  // A letter of a flag is no emoji alone.
  .filter(({ group }) => group !== undefined)
  .flatMap(({ skins, ...emoji }) => [emoji, ...skins]);
const known = published.filter(({ version }) => version <= NEWEST_VERSION).map(({ emoji }) => emoji);
const tooNew = published.filter(({ version }) => version > NEWEST_VERSION).map(({ emoji }) => emoji);

/** Everything that a person can pick, with every skin tone. */
async function listOffered(): Promise<string[]> {
  const { emojis } = await loadEmojiData();
  return emojis.flatMap(({ emoji, skins }) => [emoji, ...Object.values(skins ?? {})]);
}

/** As Node, a browser and Deno would store each; null where they refuse. */
async function askEngines(emojis: readonly string[]) {
  const [inBrowser, inDeno] = await Promise.all([askBrowser({ emojis }), askDeno({ emojis })]);
  const inNode = emojis.map((tried) => emojiRule.safeParse(tried).data ?? null);
  return { inNode, inBrowser: inBrowser.emojis, inDeno: inDeno.emojis };
}

const listRefusedByDatabase = (emojis: readonly (string | null)[]) =>
  database.query("select e from unnest($1::text[]) as e where private.is_emoji(e) is not true", [emojis]);

it.for([
  ["that the picker offers", listOffered, 2_500],
  ["that every engine knows", async () => known, 3_500],
] as const)("every emoji %s is taken alike by browser, function, executor and database", async ([, list, least]) => {
  const emojis = await list();
  expect(emojis.length).toBeGreaterThan(least);
  const { inNode, inBrowser, inDeno } = await askEngines(emojis);
  expect(emojis.filter((_, index) => inNode[index] === null)).toEqual([]);
  expect(inBrowser).toEqual(inNode);
  expect(inDeno).toEqual(inNode);
  expect(await listRefusedByDatabase(inNode)).toEqual([]);
});

it("every emoji is taken, with and without its variation selectors, and stored fully qualified", () => {
  const stored = known.map((emoji) => emojiRule.parse(emoji));
  expect(known.map((emoji) => emojiRule.parse(emoji.replaceAll("\uFE0F", "")))).toEqual(stored);
  expect(stored.filter((emoji) => !/^\p{RGI_Emoji}$/v.test(emoji))).toEqual([]);
});

it("an emoji that one engine knows and another does not is refused by all that judge it, in the same words", async () => {
  expect(tooNew).toEqual(expect.arrayContaining(["🫪", "👯🏽", "🤼🏻‍♀️", "🧑🏿‍🐰‍🧑🏽", "👩🏻‍🫯‍👩🏿", "🧑🏾‍🩰"]));
  // And one that no engine knows yet, in a place that is kept for it.
  const tried = [...tooNew, "\u{1FACB}"];
  const refused = tried.map(() => null);
  expect(await askEngines(tried)).toEqual({ inNode: refused, inBrowser: refused, inDeno: refused });
  const words = tried.map((emoji) => emojiRule.safeParse(emoji).error?.issues[0]?.message);
  expect(new Set(words)).toEqual(new Set(["This emoji is too new: choose another one"]));
});

it.for([
  ["text style", "⚡\uFE0E", "⚡"],
  ["without its selector", "❤", "❤\uFE0F"],
  ["a keycap without its selector", "1\u20E3", "1\uFE0F\u20E3"],
  ["with blanks around", " 🦊 ", "🦊"],
])("an emoji %s is mended", ([, written, stored]) => {
  expect(emojiRule.parse(written)).toBe(stored);
});

it("what is no emoji is refused by browser, function and executor", async () => {
  const wrong = [
    ...["🦊🦊", "🦊 fox", "🦊\u200D🦊", "🦊🏽", "a", "1", "#", ":fox:", "a🏽", "研", "é", "<", "🇩", "🇩🇩", ""],
    ...[" ", "\n", "\u0000", "\u200D", "\uFE0F", "\uD83E", "1\u20E3\u20E3", "🦊".repeat(33)],
  ];
  const refused = wrong.map(() => null);
  expect(await askEngines(wrong)).toEqual({ inNode: refused, inBrowser: refused, inDeno: refused });
});

it("the database refuses what is not built like an emoji", async () => {
  const wrong = ["🦊 fox", "a", ":fox:", "fox", "a🏽", "", " ", "🦊".repeat(17), "\n", "🦊\n"];
  expect(await listRefusedByDatabase(wrong)).toEqual(wrong.map((e) => ({ e })));
});
