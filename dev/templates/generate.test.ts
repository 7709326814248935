import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { generateTemplates } from "./generate.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hatchery-templates-"));
  cpSync(join(repository, "templates"), folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

test("the committed file is current, and --check says so", () => {
  const check = spawnSync(process.execPath, [join(repository, "dev/templates/generate.ts"), "--check"]);
  expect(check.stderr.toString()).toBe("");
  expect(check.status).toBe(0);
});

test("--check exits 1 when a template changed since", () => {
  const copy = mkdtempSync(join(tmpdir(), "hatchery-copy-"));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const part of ["templates", "dev/templates", "supabase/functions/_shared", "package.json"]) {
    cpSync(join(repository, part), join(copy, part), { recursive: true });
  }
  cpSync(join(repository, "node_modules/zod"), join(copy, "node_modules/zod"), { recursive: true });
  const generate = (...args: string[]) =>
    spawnSync(process.execPath, [join(copy, "dev/templates/generate.ts"), ...args], { encoding: "utf8" });
  writeFileSync(join(copy, "templates/USER.md"), "# {{name}}\n");

  const stale = generate("--check");
  expect(stale.stderr).toContain("is not current");
  expect(stale.status).toBe(1);

  expect(generate().status).toBe(0);
  expect(generate("--check").status).toBe(0);
});

test("back-ticks, backslashes and dollar signs of a template come out of the generated file as they were", async () => {
  const text = `\`{{name}}\` \\n \${emoji} $& $$\{{role}}\n`;
  writeFileSync(join(folder, "SOUL.md"), text);
  const source = generateTemplates(folder);
  const loaded: unknown = await import(`data:text/javascript,${encodeURIComponent(source.replace(" as const", ""))}`);
  expect(loaded).toHaveProperty("TEMPLATES[0].text", text);
});

test.each([
  ["an unknown placeholder", "USER.md", "Hello {{nmae}}", /templates\/USER\.md cannot be rendered/],
  ["more than OpenClaw reads", "USER.md", "x".repeat(4_001), /USER\.md is longer than the 4000 characters/],
  ["a file of no document type", "TOOLS.md", "x", /No document type is named for the template TOOLS\.md/],
])("%s is an error", (_, fileName, text, message) => {
  writeFileSync(join(folder, fileName), text);
  expect(() => generateTemplates(folder)).toThrow(message);
});

test("a missing template is an error", () => {
  rmSync(join(folder, "MEMORY.md"));
  expect(() => generateTemplates(folder)).toThrow(/MEMORY\.md/);
});
