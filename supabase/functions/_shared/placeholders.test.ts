import { expect, test } from "vitest";
import { fillPlaceholders } from "./placeholders.ts";

const values = { name: "Ricky", role: "Researcher", emoji: "🦊", project: "Front Office", agent_id: "ricky" };

test("every placeholder is replaced wherever it stands", () => {
  const template = "{{name}}{{emoji}} {{role}}, {{project}}\n{{agent_id}} is {{name}}\n";
  expect(fillPlaceholders(template, values)).toBe("Ricky🦊 Researcher, Front Office\nricky is Ricky\n");
});

test.each(["{{role}}", "{{unknown}}", "$&", "$1$`$'$$", "}} {{", "**bold** `code` [a](b)", "\\{{name}}"])(
  "the value %j comes out exactly as written",
  (name) => {
    expect(fillPlaceholders("<{{name}}|{{name}}> {{role}}", { ...values, name })).toBe(`<${name}|${name}> Researcher`);
  },
);

test.each(["{{nam}}", "{{ name }}", "{{}}", "{{constructor}}", "{{Name}}", "{{name\n}}"])(
  "the unknown placeholder %j is an error that names it",
  (placeholder) => {
    expect(() => fillPlaceholders(`Hello ${placeholder}`, values)).toThrow(`Unknown placeholder ${placeholder}`);
  },
);

test.each(["{{name", "name}}", "{{name}} and {{"])(
  "double braces without their other half, %j, are an error",
  (template) => {
    expect(() => fillPlaceholders(template, values)).toThrow("without its other half");
  },
);
