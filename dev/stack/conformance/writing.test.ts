import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestStack } from "../test-stack.ts";
import { startLibrary } from "./library.ts";

let stack: TestStack;
let client: SupabaseClient;
beforeAll(async () => {
  stack = await startLibrary();
  client = stack.client(stack.secretKey);
});
afterAll(() => stack.stop());

beforeEach(() => stack.sql("delete from books where id >= 100; delete from shelves where id > 3"));

const shelves = async () =>
  (await stack.sql("select id, name from shelves where id > 2 order by id")).map(Object.values);

describe("insert", () => {
  test("says nothing unless it is asked", async () => {
    const { data, status, error } = await client.from("shelves").insert({ id: 4, name: "Cookery" });
    expect([data, status, error]).toEqual([null, 201, null]);
    expect(await shelves()).toContainEqual([4, "Cookery"]);
  });

  test("answers the rows with what the database added", async () => {
    const { data, status } = await client.from("books").insert({ title: "Ulysses" }).select("title, tags").single();
    expect([status, data]).toEqual([201, { title: "Ulysses", tags: [] }]);
  });

  test("of several rows is all or none", async () => {
    const { error } = await client.from("shelves").insert([
      { id: 4, name: "Cookery" },
      { id: 5, name: "Novels" },
    ]);
    expect(error?.code).toBe("23505");
    expect(await shelves()).toEqual([[3, "Empty"]]);
  });

  test("of several rows with unlike keys fills in null, or the default where one says so", async () => {
    const rows = [{ title: "A", pages: 1 }, { title: "B" }];
    const strict = await client.from("books").insert([...rows, { title: "C", tags: ["x"] }]);
    expect(strict.error?.code).toBe("23502");
    const lenient = await client.from("books").insert([...rows, { title: "C", tags: ["x"] }], { defaultToNull: false });
    expect(lenient.error).toBeNull();
  });

  test.each([
    ["a unique value that is taken", { title: "Dune" }, 409, "23505", "books_title_key"],
    ["a check that fails", { title: "Thin", pages: 0 }, 400, "23514", "books_pages_positive"],
    ["a null that is not allowed", { title: null }, 400, "23502", '"title"'],
    ["a reference to nothing", { title: "Astray", shelf_id: 99 }, 409, "23503", "books_shelf_id_fkey"],
    ["a value of another type", { title: "Thick", pages: "many" }, 400, "22P02", '"many"'],
  ])("%s is an error that names it", async (_what, row: object, expected, code, name) => {
    const { data, status, error } = await client.from("books").insert(row).select();
    expect([data, status, error?.code]).toEqual([null, expected, code]);
    expect(error?.message).toContain(name);
    expect(Object.keys({ ...error })).toEqual(expect.arrayContaining(["code", "details", "hint", "message"]));
  });
});

describe("upsert", () => {
  test("inserts what is new and replaces what is there, by the primary key", async () => {
    const rows = [
      { id: 3, name: "Full" },
      { id: 4, name: "Cookery" },
    ];
    const { data } = await client.from("shelves").upsert(rows).select();
    expect(data).toEqual(rows);
    await client.from("shelves").upsert({ id: 3, name: "Empty" }).throwOnError();
    expect(await shelves()).toEqual([
      [3, "Empty"],
      [4, "Cookery"],
    ]);
  });

  test("goes by another unique column when told", async () => {
    await client.from("books").insert({ title: "Ulysses", pages: 700 }).throwOnError();
    const changed = await client
      .from("books")
      .upsert({ title: "Ulysses", pages: 730 }, { onConflict: "title" })
      .select("pages");
    expect(changed.data).toEqual([{ pages: 730 }]);
  });

  test("that ignores duplicates answers only what it inserted", async () => {
    const rows = [
      { id: 3, name: "Ignored" },
      { id: 4, name: "Cookery" },
    ];
    const { data } = await client.from("shelves").upsert(rows, { ignoreDuplicates: true }).select();
    expect(data).toEqual([{ id: 4, name: "Cookery" }]);
    expect(await shelves()).toEqual([
      [3, "Empty"],
      [4, "Cookery"],
    ]);
  });
});

describe("update and delete", () => {
  beforeEach(async () => {
    await stack.sql("insert into shelves values (4, 'Cookery'), (5, 'Travel')");
  });

  test("change what the filter finds, and answer it when asked", async () => {
    const updated = await client.from("shelves").update({ name: "Baking" }).eq("id", 4).select();
    expect([updated.status, updated.data]).toEqual([200, [{ id: 4, name: "Baking" }]]);
    const deleted = await client.from("shelves").delete().gt("id", 3).select("id");
    expect([deleted.status, deleted.data?.toSorted((one, other) => one.id - other.id)]).toEqual([
      200,
      [{ id: 4 }, { id: 5 }],
    ]);
    expect(await shelves()).toEqual([[3, "Empty"]]);
  });

  test("answer 204 and nothing when not asked, and may count", async () => {
    const { data, status, count } = await client.from("shelves").delete({ count: "exact" }).gt("id", 3);
    expect([data, status, count]).toEqual([null, 204, 2]);
  });

  test("that find no row are no error", async () => {
    const { data, status, error } = await client.from("shelves").update({ name: "x" }).eq("id", 99).select();
    expect([data, status, error]).toEqual([[], 200, null]);
  });

  test("without a filter are refused, as they would change every row", async () => {
    const updated = await client.from("shelves").update({ name: "x" });
    expect([updated.status, updated.error]).toMatchObject([
      400,
      { code: "21000", message: "UPDATE requires a WHERE clause" },
    ]);
    const deleted = await client.from("shelves").delete().select("id").order("id");
    expect([deleted.status, deleted.error]).toMatchObject([
      400,
      { code: "21000", message: "DELETE requires a WHERE clause" },
    ]);
    expect(await shelves()).toHaveLength(3);
  });
});

describe("rpc", () => {
  test("gives a scalar as it is, with defaults for what is left out", async () => {
    expect((await client.rpc("add", { a: 1, b: 2 })).data).toBe(3);
    expect((await client.rpc("add", { a: 1 }, { get: true })).data).toBe(2);
  });

  test("gives a set as rows, which can be filtered and ordered", async () => {
    const { data } = await client
      .rpc("books_over", { page_count: 90 })
      .select("title, pages")
      .neq("pages", 412)
      .order("pages");
    expect(data).toEqual([
      { title: "Oceans", pages: 96 },
      { title: "Emma", pages: 474 },
    ]);
    expect((await client.rpc("books_over", { page_count: 90 }).eq("shelf_id", 2).single()).data).toMatchObject({
      id: 3,
    });
  });

  test("gives null for void", async () => {
    expect(await client.rpc("nap", { seconds: 0 })).toMatchObject({ data: null, error: null, status: 204 });
  });

  test("a PTnnn error becomes that status, with message, details and hint", async () => {
    const { status, error } = await client.rpc("refuse");
    expect([status, error]).toMatchObject([
      409,
      { code: "PT409", message: "The shelf is full", details: '{"code":"shelf_full"}', hint: "Take one away" },
    ]);
  });

  test.each([
    ["a function that is not there", "nothing_here", {}],
    ["an argument that it does not have", "add", { a: 1, z: 1 }],
  ])("%s is a 404", async (_what, name, args) => {
    const { status, error } = await client.rpc(name, args);
    expect([status, error?.code]).toEqual([404, "PGRST202"]);
  });
});
