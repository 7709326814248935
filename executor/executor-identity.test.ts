import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { executorId } from "#contract";
import { keepExecutorId } from "./executor-identity.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "executor-identity-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("the id is made once, kept privately, and is not the hostname", async () => {
  const state = join(folder, "state");
  const id = await keepExecutorId(state);
  expect(await keepExecutorId(state)).toBe(id);
  expect(executorId.parse(id)).toBe(id);
  expect(id).not.toContain(hostname());
  expect((await stat(join(state, "executor-id"))).mode & 0o777).toBe(0o600);
  expect((await stat(state)).mode & 0o777).toBe(0o700);
  expect(await readdir(state)).toEqual(["executor-id"]);
});

test("first starts at the same moment agree on one id", async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => keepExecutorId(folder)));
  expect(new Set(ids).size).toBe(1);
  expect(await readdir(folder)).toEqual(["executor-id"]);
});

test("a damaged file is an error and is left as it is, never a reason for a new id", async () => {
  const file = join(folder, "executor-id");
  await writeFile(file, "");
  await expect(keepExecutorId(folder)).rejects.toThrow(`${file} holds no executor id`);
  expect((await stat(file)).size).toBe(0);
});
