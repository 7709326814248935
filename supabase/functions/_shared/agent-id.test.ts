import { expect, test } from "vitest";
import { agentIdShort, displayName } from "#contract";
import { agentIdFromName, BASE_ID_LENGTH } from "./agent-id.ts";

test.each([
  ["Ricky", "ricky"],
  ["  Zoë  van  Dijk ", "zoe-van-dijk"],
  ["研究员", "yan-jiu-yuan"],
  ["Ёлка Щука", "yolka-shchuka"],
  ["Ελληνικά", "ellinika"],
  ["𝓡𝓲𝓬𝓴𝔂", "ricky"],
  ["O'Brien; $(touch pwned)", "obrien-touch-pwned"],
  ["R2-D2", "r2-d2"],
  ["a_b.c/d", "a-b-c-d"],
])("the name %j suggests the id %s", (name, id) => {
  expect(agentIdFromName(name)).toBe(id);
});

test.each(["🦊", "…", "--", "$&", "👩🏽‍🚀 🦊"])("a name without letters or digits, %j, suggests agent", (name) => {
  expect(agentIdFromName(name)).toBe("agent");
});

test.each(["Main", "OpenClaw", "crestodian", "constructor", "prototype"])(
  "the reserved name %s gets a suffix",
  (name) => {
    expect(agentIdFromName(name)).toBe(`${name.toLowerCase()}-agent`);
  },
);

test("a long name leaves room for a suffix and does not end in a dash", () => {
  expect(agentIdFromName("字".repeat(80))).toMatch(/^zi(-zi)+$/);
  expect(agentIdFromName(`${"x".repeat(BASE_ID_LENGTH - 1)} y`)).toBe("x".repeat(BASE_ID_LENGTH - 1));
});

test("a name in any script suggests an id that OpenClaw accepts, with room for a suffix", () => {
  const refused: string[] = [];
  for (const name of spreadOfNames()) {
    const id = agentIdFromName(name);
    if (id.length > BASE_ID_LENGTH || !agentIdShort.safeParse(id).success) refused.push(`${name} -> ${id}`);
  }
  expect(refused).toEqual([]);
});

/** Every assigned letter, digit, sign and symbol of Unicode, in names of 1, 3 and 80 neighbours. */
function* spreadOfNames(): Generator<string> {
  const all = Array.from({ length: 0x11_0000 }, (_, point) => point)
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point))
    .filter((character) => /[\p{L}\p{N}\p{M}\p{P}\p{S}\p{Zs}]/u.test(character));
  for (const length of [1, 3, 80]) {
    for (let start = 0; start < all.length; start += length === 1 ? 7 : length) {
      const name = all.slice(start, start + length).join("");
      if (displayName.safeParse(name).success) yield name;
    }
  }
}
