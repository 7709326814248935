import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEnvFile, readEnvFileIfThere, writeEnvFile } from "./env-file.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "env-file-"));
  file = join(folder, "state", "executor.env");
});
afterEach(() => rm(folder, { recursive: true }));

test("what is written is read back, by the owner alone", async () => {
  const variables = { URL: "http://127.0.0.1:54321", PASSWORD: "a_B-9", NAME: "Mac mini #1 $HOME", OWNER: "Bob's" };
  await writeEnvFile(file, variables);
  expect(readEnvFile(file)).toEqual(variables);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "state"))).mode & 0o777).toBe(0o700);
});

test("writing again replaces everything, closes what stood open, and leaves no draft", async () => {
  await writeEnvFile(file, { OLD: "1" });
  await chmod(file, 0o644);
  await writeEnvFile(file, { NEW: "2" });
  expect(readEnvFile(file)).toEqual({ NEW: "2" });
  expect(await readdir(join(folder, "state"))).toEqual(["executor.env"]);
});

test.for([0o640, 0o604, 0o644])("a file of mode %o is refused with what to do", async (mode) => {
  await writeEnvFile(file, { A: "1" });
  await chmod(file, mode);
  for (const read of [readEnvFile, readEnvFileIfThere])
    expect(() => read(file)).toThrow(`others may read it (mode ${mode.toString(8)}). Run: chmod 600 '${file}'`);
});

test("no file is no variables, and a folder in its place is an error", async () => {
  expect(readEnvFileIfThere(file)).toEqual({});
  expect(() => readEnvFile(file)).toThrow("ENOENT");
  await writeFile(join(folder, "state"), "");
  expect(() => readEnvFileIfThere(file)).toThrow("ENOTDIR");
});

test("a value that would come back as another one is not written", async () => {
  await expect(writeEnvFile(file, { PASSWORD: "it's `so` \"" })).rejects.toThrow("PASSWORD cannot be kept in a file");
  await expect(readFile(file)).rejects.toThrow("ENOENT");
});
