import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

const REPORTER = fileURLToPath(new URL("./closing-line.ts", import.meta.url));
const CACHE = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));

let folder: string;
beforeEach(async () => {
  // Inside node_modules, where the tests written below can import vitest.
  await mkdir(CACHE, { recursive: true });
  folder = await mkdtemp(join(CACHE, "closing-line-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs vitest on `files` (name to source, without the import of vitest). */
async function runVitest(files: Record<string, string>) {
  await writeFile(join(folder, "vitest.config.js"), "export default {};");
  for (const [name, source] of Object.entries(files)) {
    await writeFile(join(folder, name), `import { test, expect } from "vitest";\n${source}`);
  }
  const reporters = ["--reporter=default", `--reporter=${REPORTER}`];
  const { stdout, exitCode } = await execa("vitest", ["run", "--root", folder, ...reporters], {
    preferLocal: true,
    reject: false,
    env: { CI: "1" },
  });
  return { lastLine: stdout.split("\n").at(-1), exitCode };
}

test("the last line counts what passed and failed", async () => {
  const run = await runVitest({ "a.test.js": `test("one", () => {}); test("two", () => expect(1).toBe(2));` });

  expect(run).toEqual({ lastLine: "1 passed, 1 failed", exitCode: 1 });
});

test("skipped tests are counted when there are any", async () => {
  const run = await runVitest({ "a.test.js": `test("one", () => {}); test.skip("two", () => {});` });

  expect(run).toEqual({ lastLine: "1 passed, 0 failed, 1 skipped", exitCode: 0 });
});

test("a file that cannot be loaded and an error outside of every test are failures", async () => {
  const run = await runVitest({
    "a.test.js": `throw new Error("at load");`,
    "b.test.js": `test("one", () => { setTimeout(() => { throw new Error("late"); }, 0); return new Promise((done) => setTimeout(done, 50)); });`,
  });

  expect(run).toEqual({ lastLine: "1 passed, 2 failed", exitCode: 1 });
});
