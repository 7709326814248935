import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createAgentRoster } from "./agent-roster.ts";

let file: string;
let lost: string[][];

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "hatchery-roster-"));
  file = join(folder, "roster.json");
  lost = [];
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function roster(onLost = async (ids: string[]) => void lost.push(ids)) {
  const made = createAgentRoster({ file, onLost });
  return {
    ...made,
    list: async (...ids: string[]) => made.endList(ids, await made.beginList()),
    write: async (leaver?: string) => {
      await made.beginWrite(leaver);
      made.endWrite();
    },
  };
}

test("who is listed before a write and not after it is lost, and said to be so once", async () => {
  const { list, write } = roster();
  await list("main", "ricky", "rosa");
  await write();
  await list("main", "rosa", "new");
  await write();
  await list("main", "rosa", "new");
  expect(lost).toEqual([["ricky"]]);
});

test("who could not be said to be lost is missed by the next list, and by the next executor", async () => {
  const deaf = () => Promise.reject(new Error("No file can be opened"));
  let onLost: (ids: string[]) => Promise<unknown> = deaf;
  const { list, write } = roster((ids) => onLost(ids).then(() => undefined));
  await list("main", "ricky");
  await write();
  await expect(list("main")).rejects.toThrow("No file can be opened");
  await expect(list("main")).rejects.toThrow("No file can be opened");
  await write();
  await expect(list("main")).rejects.toThrow("No file can be opened");
  await roster().list("main");
  expect(lost).toEqual([["ricky"]]);
  onLost = async (ids) => lost.push(ids);
  await list("main");
  await list("main");
  expect(lost).toEqual([["ricky"], ["ricky"]]);
});

test("two lists that show one loss at once forget nobody", async () => {
  const told = Promise.withResolvers<void>();
  const { list, write, beginWrite } = roster(async (ids) => {
    lost.push(ids);
    await told.promise;
  });
  await list("main", "ricky");
  await write();
  const slow = list("main");
  await expect.poll(() => lost).toHaveLength(1);
  const other = list("main", "new");
  await expect.poll(() => lost).toHaveLength(2);
  told.resolve();
  await Promise.all([slow, other]);
  await beginWrite();
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(["main", "new"]);
});

test("who goes while nothing of ours is written has been removed by a person", async () => {
  const { list, write } = roster();
  await list("main", "ricky");
  await list("main");
  await write();
  await list("main");
  expect(lost).toEqual([]);
});

test("who is removed on purpose is not lost, also when a list under way still shows them; once back they can be", async () => {
  const { list, write, beginList, endList } = roster();
  await list("main", "ricky");
  const early = await beginList();
  await write("ricky");
  await endList(["main", "ricky"], early);
  await list("main");
  expect(lost).toEqual([]);
  await list("main", "ricky");
  await write();
  await list("main");
  expect(lost).toEqual([["ricky"]]);
});

test("a list that began before another one ended is not compared with it", async () => {
  const { list, write, beginList, endList } = roster();
  await list("main");
  const slow = await beginList();
  await write();
  await list("main", "ricky");
  await endList(["main"], slow);
  expect(lost).toEqual([]);
  await list("main");
  expect(lost).toEqual([["ricky"]]);
});

test("what a write loses after a list was read while it ran is missed by the next list", async () => {
  const { list, beginWrite, endWrite } = roster();
  await list("main", "ricky");
  await beginWrite();
  await list("main", "ricky", "new");
  endWrite();
  await list("main");
  expect(lost).toEqual([["ricky", "new"]]);
});

test("an executor that dies before the list leaves the comparison to the next one", async () => {
  const before = roster();
  await before.list("main", "ricky");
  await before.beginWrite();
  await roster().list("main");
  expect(lost).toEqual([["ricky"]]);
  expect(existsSync(file)).toBe(false);
  await roster().list("main");
  expect(lost).toHaveLength(1);
});

test("a write wants a list first, unless there is one that is fresh or not yet compared", async () => {
  const first = roster();
  expect(await first.isFresh()).toBe(false);
  await first.list("main");
  expect(await first.isFresh()).toBe(true);
  await first.beginWrite();
  expect(await roster().isFresh()).toBe(true);
});
