import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestStack } from "../test-stack.ts";
import { startLibrary } from "./library.ts";

let stack: TestStack;
let client: SupabaseClient;
beforeAll(async () => {
  stack = await startLibrary();
  client = stack.client();
});
afterAll(() => stack.stop());

const titles = () => client.from("books").select("title").order("id");
type Titles = ReturnType<typeof titles>;
const filters: [name: string, filter: (query: Titles) => Titles, expected: string[]][] = [
  ["eq", (query) => query.eq("id", 2), ["Emma"]],
  ["eq of text with a comma", (query) => query.eq("title", "Lost, found"), ["Lost, found"]],
  ["neq, which leaves nulls out", (query) => query.neq("pages", 412), ["Emma", "Oceans"]],
  ["gt and lte", (query) => query.gt("pages", 96).lte("pages", 412), ["Dune"]],
  ["gte and lt of dates", (query) => query.gte("published", "1965-08-01").lt("published", "2001-01-01"), ["Dune"]],
  ["in", (query) => query.in("title", ["Dune", "Lost, found"]), ["Dune", "Lost, found"]],
  ["is null", (query) => query.is("shelf_id", null), ["Lost, found"]],
  ["not is null", (query) => query.not("facts", "is", null), ["Dune", "Emma"]],
  ["like", (query) => query.like("title", "%un%"), ["Dune", "Lost, found"]],
  ["ilike", (query) => query.ilike("title", "o%"), ["Oceans"]],
  ["or", (query) => query.or("pages.lt.100,title.eq.Emma"), ["Emma", "Oceans"]],
  ["contains of an array", (query) => query.contains("tags", ["water"]), ["Oceans"]],
  ["overlaps", (query) => query.overlaps("tags", ["love", "maps"]), ["Emma", "Oceans"]],
  ["contains of JSON", (query) => query.contains("facts", { author: { name: "Austen" } }), ["Emma"]],
  ["a path into JSON", (query) => query.eq("facts->author->>name", "Herbert"), ["Dune"]],
  ["match", (query) => query.match({ shelf_id: 1, pages: 474 }), ["Emma"]],
];

describe("select", () => {
  test.each(filters)("filters by %s", async (_name, filter, expected) => {
    const { data, error } = await filter(titles());
    expect(error).toBeNull();
    expect(data?.map(({ title }) => title)).toEqual(expected);
  });

  test("orders by several columns, nulls where one wants them", async () => {
    const query = client.from("books").select("id").order("shelf_id", { ascending: false, nullsFirst: false });
    const { data } = await query.order("pages", { ascending: false });
    expect(data?.map(({ id }) => id)).toEqual([3, 2, 1, 4]);
  });

  test("renames, casts and picks out of JSON", async () => {
    const { data } = await client.from("books").select("name:title,pages::text,facts->author->>name").eq("id", 1);
    expect(data).toEqual([{ name: "Herbert", pages: "412" }]);
  });

  test("a range comes with the exact count of everything", async () => {
    const { data, count, status } = await client.from("books").select("id", { count: "exact" }).order("id").range(1, 2);
    expect([status, count, data]).toEqual([206, 4, [{ id: 2 }, { id: 3 }]]);
  });

  test("head asks for the count alone", async () => {
    const { data, count } = await client.from("books").select("*", { count: "exact", head: true }).gt("pages", 100);
    expect([data, count]).toEqual([null, 2]);
  });

  test("a range that begins behind the last row is refused when counted", async () => {
    const { status, error } = await client.from("books").select("id", { count: "exact" }).range(10, 19);
    expect([status, error?.code]).toEqual([416, "PGRST103"]);
  });

  test("no answer has more than 1000 rows, whatever was asked for, and the count tells of the rest", async () => {
    const { data, count } = await client.from("numbers").select("n", { count: "exact" }).order("n").limit(5000);
    expect([data?.length, data?.at(-1), count]).toEqual([1000, { n: 1000 }, 1200]);
    const rest = await client.from("numbers").select("n").order("n").range(1000, 1999);
    expect([rest.data?.length, rest.data?.at(-1)]).toEqual([200, { n: 1200 }]);
  });

  test.each([
    ["a table", "nothing_here", "*", 404],
    ["a column", "books", "nothing_here", 400],
    ["a relation", "books", "title, vault(id)", 400],
  ])("%s that is not there is an error", async (_what, table, columns, expected) => {
    const { data, status, error } = await client.from(table).select(columns);
    expect([data, status]).toEqual([null, expected]);
    expect(error?.message).toMatch(/nothing_here|vault/);
    expect(Object.keys({ ...error }).toSorted()).toEqual(["code", "details", "hint", "message"]);
  });
});

describe("one row", () => {
  test("single gives the row itself", async () => {
    expect((await client.from("books").select("title").eq("id", 1).single()).data).toEqual({ title: "Dune" });
  });

  test.each([
    ["none", 99],
    ["several", 1],
  ])("single is an error when there are %s", async (_count, shelf) => {
    const { data, status, error } = await client.from("books").select("title").eq("shelf_id", shelf).single();
    expect([data, status, error?.code]).toEqual([null, 406, "PGRST116"]);
  });

  test("maybeSingle gives null for none, and is an error for several", async () => {
    const none = await client.from("books").select("title").eq("id", 99).maybeSingle();
    expect([none.data, none.error, none.status]).toEqual([null, null, 200]);
    const several = await client.from("books").select("title").eq("shelf_id", 1).maybeSingle();
    expect([several.data, several.error?.code]).toEqual([null, "PGRST116"]);
  });
});

describe("embedded rows", () => {
  test("a reference is an object or null, its other end an array", async () => {
    const books = await client.from("books").select("title, shelves(name)").in("id", [3, 4]).order("id");
    expect(books.data).toEqual([
      { title: "Oceans", shelves: { name: "Atlases" } },
      { title: "Lost, found", shelves: null },
    ]);
    const shelves = await client.from("shelves").select("name, books(title)").order("id");
    expect(shelves.data?.map(({ name, books: held }) => [name, held.length])).toEqual([
      ["Novels", 2],
      ["Atlases", 1],
      ["Empty", 0],
    ]);
  });

  test("are filtered, ordered and limited by themselves", async () => {
    const query = client.from("shelves").select("books(title)").eq("id", 1).gt("books.pages", 100);
    const { data } = await query.order("title", { referencedTable: "books", ascending: false }).limit(1, {
      referencedTable: "books",
    });
    expect(data).toEqual([{ books: [{ title: "Emma" }] }]);
  });

  test("inner leaves out the rows without any", async () => {
    const { data } = await client.from("shelves").select("name, books!inner(id)").lt("books.pages", 100);
    expect(data).toEqual([{ name: "Atlases", books: [{ id: 3 }] }]);
  });
});

describe("a request that is given up", () => {
  test("before it began never leaves", async () => {
    const { data, error } = await client.from("books").select("id").abortSignal(AbortSignal.abort());
    expect([data, error?.message]).toEqual([null, expect.stringContaining("AbortError")]);
  });

  test("while the database works ends at once", async () => {
    const begun = performance.now();
    const { error } = await client.rpc("nap", { seconds: 1 }).abortSignal(AbortSignal.timeout(50));
    expect(error?.message).toContain("TimeoutError");
    expect(performance.now() - begun).toBeLessThan(800);
  });
});
