import { expect, test } from "vitest";
import { SEEDED_FILES } from "#contract";
import { DEFAULT_ROLE, renderDocuments } from "./render-documents.ts";

const ricky = { name: "Ricky", role: "Answers support mail", emoji: "🦊", project: "Front Office", agentId: "ricky" };

function render(about: Partial<typeof ricky> = {}): Record<string, string> {
  return Object.fromEntries(renderDocuments({ ...ricky, ...about }).map((doc) => [doc.doc_type, doc.content]));
}

test("an agent starts with one document for each seeded file", () => {
  expect(renderDocuments(ricky).map((doc) => doc.doc_type)).toEqual(Object.keys(SEEDED_FILES));
});

test("the first paragraph of SOUL says who the agent is, for whom, and its role", () => {
  const firstParagraph = render()["soul"]?.split("\n\n")[1];
  expect(firstParagraph).toContain("Ricky");
  expect(firstParagraph).toContain("Front Office");
  expect(firstParagraph).toContain("Answers support mail");
});

test("an agent without a role is a general assistant", () => {
  const documents = render({ role: "" });
  expect(documents["soul"]).toContain(`Your role there: ${DEFAULT_ROLE}\n`);
  expect(documents["memory_long"]).toContain(`My role in it: ${DEFAULT_ROLE}\n`);
});

test("MEMORY holds name, emoji, id, project and role", () => {
  const memory = render()["memory_long"];
  for (const fact of Object.values(ricky)) expect(memory).toContain(fact);
});

test("USER is one imperative a line, and nothing in it waits to be filled in", () => {
  const lines = render()["user"]?.trimEnd().split("\n").slice(2) ?? [];
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(line).toMatch(/^- [A-Z][a-z]+ [^[<_]+\.$/);
});

test.each(["{{role}}", "$&", "$1", "# *Max* `x`", "O'Brien; $(touch pwned)"])(
  "the name %j comes out as written",
  (name) => {
    const documents = render({ name });
    expect(documents["soul"]?.split("\n")[0]).toBe(`# ${name} 🦊`);
    expect(documents["memory_long"]).toContain(`- My name is ${name} and`);
  },
);

test("every document ends with exactly one line break", () => {
  for (const { content } of renderDocuments(ricky)) expect(content).toMatch(/[^\n]\n$/);
});
