import { expect, test } from "vitest";
import { withIdentity } from "./identity-file.ts";

const ricky = { name: "Ricky", emoji: "🦊" };

const FORM = `# IDENTITY.md - Who Am I?

- **Name:**
  _(pick something you like)_
- **Creature:**
  _(AI? robot? familiar? ghost in the machine? something weirder?)_
- **Emoji:**
  _(your signature — pick one that feels right)_

---

Fields are parsed as \`- Label: value\` lines.
`;

test("a new file has a heading, the name and the emoji", () => {
  expect(withIdentity(null, ricky)).toBe("# IDENTITY.md - Who Am I?\n\n- Name: Ricky\n- Emoji: 🦊\n");
});

test("the form is filled in, and only the placeholders of what was filled in go", () => {
  const filled = FORM.replace("- **Name:**\n  _(pick something you like)_", "- **Name:** Ricky").replace(
    "- **Emoji:**\n  _(your signature — pick one that feels right)_",
    "- **Emoji:** 🦊",
  );
  expect(withIdentity(FORM, ricky)).toBe(filled);
});

test("filling it in again changes nothing", () => {
  const once = withIdentity(FORM, ricky);
  expect(withIdentity(once, ricky)).toBe(once);
});

test.each([
  ["plain", "- Name: old\n- Emoji: x\n", "- Name: Ricky\n- Emoji: 🦊\n"],
  ["bold", "- **Name:** old\n- **Emoji**: x\n", "- **Name:** Ricky\n- **Emoji**: 🦊\n"],
  ["any case, indented", "  - NAME: old\n  - emoji: x\n", "  - NAME: Ricky\n  - emoji: 🦊\n"],
  ["empty", "- Name:\n- Emoji:\n", "- Name: Ricky\n- Emoji: 🦊\n"],
  ["Windows line ends", "- Name: old\r\n  _(pick)_\r\n- Emoji: x\r\nEnd", "- Name: Ricky\r\n- Emoji: 🦊\r\nEnd"],
  [
    "twice, where the last one wins",
    "- Name: a\n- Name: b\n- Emoji: x\n",
    "- Name: Ricky\n- Name: Ricky\n- Emoji: 🦊\n",
  ],
])("labels are recognised: %s", (_how, before, after) => {
  expect(withIdentity(before, ricky)).toBe(after);
});

test("what is missing is appended, and everything else stays byte for byte", () => {
  expect(withIdentity("", ricky)).toBe("- Name: Ricky\n- Emoji: 🦊\n");
  expect(withIdentity("I am me", ricky)).toBe("I am me\n\n- Name: Ricky\n- Emoji: 🦊\n");
  expect(withIdentity("- Name: x\n\t \nNickname: y\n", ricky)).toBe("- Name: Ricky\n\t \nNickname: y\n\n- Emoji: 🦊\n");
});

test("a line that only looks like a field stays", () => {
  const text = "- Name: a\n- Emoji: x\n- Names: b\n- Surname: c\nName of the ship: d\n";
  expect(withIdentity(text, ricky)).toBe(text.replace("Name: a", "Name: Ricky").replace("Emoji: x", "Emoji: 🦊"));
});

test.each(["$& $1 $` $'", "**Bold** _it_ [x](y)", "{{name}}", "\\n", "研究员", "O'Brien; $(touch pwned)"])(
  "the name %s comes out as it is written",
  (name) => {
    expect(withIdentity(FORM, { name, emoji: "🦊" })).toContain(`\n- **Name:** ${name}\n`);
    expect(withIdentity(null, { name, emoji: "🦊" })).toContain(`\n- Name: ${name}\n`);
  },
);
