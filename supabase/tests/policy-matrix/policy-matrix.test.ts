import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Cell, privateCells, publicCells, words } from "./cells.ts";
import { COLUMNS, OTHERS, PRIVATE_TABLES } from "./expectations.ts";
import { CALLERS, type CallerName, DATABASES, type MatrixDatabase } from "./fixture.ts";
import { ARGUMENTS, CALLS, PRIVATE_FUNCTIONS } from "./functions.ts";

const pairs = z.array(z.object({ schema: z.string(), name: z.string(), part: z.string() }));
const NAMES: CallerName[] = ["anon", "stranger", "viewer", "operator", "owner", "executor", "other", "service"];

/** [name, part] of everything in the schema, in the order of the names. */
const inSchema = (found: z.infer<typeof pairs>, schema: string) =>
  found.filter((one) => one.schema === schema).map(({ name, part }): [string, string] => [name, part]);

describe.each(Object.entries(DATABASES))("%s", (_, open) => {
  let database: MatrixDatabase;
  let columns: z.infer<typeof pairs>;
  let functions: z.infer<typeof pairs>;
  beforeAll(async () => {
    database = await open();
    columns = pairs.parse(
      await database.query(
        `select n.nspname as schema, c.relname as name, a.attname as part from pg_class as c
         join pg_namespace as n on n.oid = c.relnamespace
         join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relkind in ('r', 'p', 'v', 'm') and n.nspname in ('public', 'private') order by 1, 2, 3`,
      ),
    );
    functions = pairs.parse(
      await database.query(
        `select n.nspname as schema, p.proname as name, coalesce((
           select string_agg(
             case when p.provariadic <> 0 and nth = p.pronargs then 'variadic ' else '' end
             || 'null::' || format_type(type, null), ', ' order by nth
           ) from unnest(p.proargtypes) with ordinality as argument (type, nth)
         ), '') as part
         from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
         where n.nspname in ('public', 'private') order by 1, 2, 3`,
      ),
    );
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it("every table, column and function has an entry, and every entry is one", () => {
    const ours = Object.entries(COLUMNS).flatMap(([table, list]) =>
      words(list.replaceAll(/[+!]/g, "")).map((column) => `${table}.${column}`),
    );
    const others = words(OTHERS[database.shape].tables);
    const found = inSchema(columns, "public").filter(([table]) => !others.includes(table));
    expect(found.map(([table, column]) => `${table}.${column}`).sort()).toEqual(ours.sort());
    expect([...new Set(inSchema(columns, "private").map(([table]) => table))].sort()).toEqual(
      words(PRIVATE_TABLES).sort(),
    );

    const names = inSchema(functions, "public").map(([name]) => name);
    expect(names.filter((name) => !words(OTHERS[database.shape].functions).includes(name))).toEqual(
      [...CALLS.keys()].sort(),
    );
    expect(Object.keys(ARGUMENTS).sort()).toEqual([...CALLS.keys()].sort());
    expect(inSchema(functions, "private").map(([name]) => name)).toEqual(
      Object.values(PRIVATE_FUNCTIONS).flatMap(words).sort(),
    );
  });

  async function expectEach(caller: CallerName, cells: Cell[], read: (outcome: string, cell: Cell) => string) {
    const outcomes = await database.attempt(
      CALLERS[caller],
      cells.map(({ sql }) => sql),
    );
    const got = cells.map((cell, index) => [cell.what, read(outcomes[index] ?? "nothing", cell)]);
    expect(Object.fromEntries(got)).toEqual(Object.fromEntries(cells.map(({ what, outcome }) => [what, outcome])));
  }

  const isSqlState = (outcome: string) => outcome.length === 5;

  describe.each(["open", "members"] as const)("%s", (mode) => {
    beforeAll(async () => {
      await database.query(`update private.settings set value = '"${mode}"' where key = 'access_mode'`);
    });

    it.each(NAMES)("%s", async (caller) => {
      const cells = publicCells({ shape: database.shape, mode, caller });
      // How many rows a function gives is asked elsewhere.
      await expectEach(caller, cells, (outcome, { what }) =>
        what.startsWith("call ") && !isSqlState(outcome) ? "ok" : outcome,
      );
    });

    it.each(NAMES)("%s, in the schema private", async (caller) => {
      const cells = privateCells(caller, inSchema(columns, "private"), inSchema(functions, "private"));
      // What it then makes of nulls does not matter.
      await expectEach(caller, cells, (outcome) => (outcome === "42501" ? outcome : "reached"));
    });
  });
});
