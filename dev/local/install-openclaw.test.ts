import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureOpenclaw } from "./install-openclaw.ts";

const root = mkdtempSync(join(tmpdir(), "hatchery-install-"));
const installer = new URL("./install-openclaw.ts", import.meta.url).href;
const node = process.execPath;

/** A package named openclaw with nothing in it, and a folder that pins it. */
beforeAll(async () => {
  const tiny = join(root, "tiny");
  mkdirSync(join(root, "folder"), { recursive: true });
  mkdirSync(tiny);
  writeFileSync(join(tiny, "cli.js"), "#!/usr/bin/env node\n");
  writeFileSync(join(tiny, "package.json"), JSON.stringify({ name: "openclaw", version: "1.2.3", bin: "cli.js" }));
  await execa("npm", ["pack", "--silent", "--pack-destination=../folder"], { cwd: tiny });
  const manifest = { name: "pinned", version: "0.0.0", dependencies: { openclaw: "file:openclaw-1.2.3.tgz" } };
  writeFileSync(join(root, "folder", "package.json"), JSON.stringify(manifest));
  await execa("npm", ["install", "--package-lock-only", "--offline"], { cwd: join(root, "folder") });
});

afterAll(() => rmSync(root, { recursive: true }));

const callInOwnProcess = (folder: string) => {
  const script = `const { ensureOpenclaw } = await import(${JSON.stringify(installer)});
    const { bin } = await ensureOpenclaw({ folder: ${JSON.stringify(folder)}, onProgress: console.log });
    console.log("bin " + bin);`;
  return execa(node, ["--input-type=module", "-e", script]);
};

test("two processes at the same time install once and get the same executable", async () => {
  const folder = join(root, "folder");
  const answers = await Promise.all([callInOwnProcess(folder), callInOwnProcess(folder)]);
  const lines = answers.flatMap(({ stdout }) => stdout.split("\n"));
  const bin = join(folder, "node_modules", ".bin", "openclaw");
  expect(lines.filter((line) => line === `bin ${bin}`)).toHaveLength(2);
  expect(lines.filter((line) => line === "Installed OpenClaw 1.2.3")).toHaveLength(1);
  expect(readFileSync(bin, "utf8")).toContain("node");
});

test("what is installed already is answered without a word of progress", async () => {
  const lines: string[] = [];
  const { version } = await ensureOpenclaw({ folder: join(root, "folder"), onProgress: (line) => lines.push(line) });
  expect({ version, lines }).toEqual({ version: "1.2.3", lines: [] });
});

test("a package that does not match the lock is refused with npm's own words", async () => {
  const [source, folder] = [join(root, "folder"), join(root, "broken")];
  mkdirSync(folder);
  for (const name of ["package.json", "openclaw-1.2.3.tgz"]) copyFileSync(join(source, name), join(folder, name));
  const lock = readFileSync(join(source, "package-lock.json"), "utf8");
  const otherHash = createHash("sha512").update("another package").digest("base64");
  writeFileSync(join(folder, "package-lock.json"), lock.replace(/sha512-[^"]+/, `sha512-${otherHash}`));
  await expect(ensureOpenclaw({ folder })).rejects.toThrow(
    /OpenClaw could not be installed into .*broken: [\s\S]*EINTEGRITY/,
  );
});
