import { afterAll, beforeAll, expect, it } from "vitest";
import { DATABASE_END_CODES } from "#contract";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it("the codes that the installed functions write into results are those of the contract's list", async () => {
  const codes = await database.query(
    `select distinct found[1] as code
     from pg_proc as p
     join pg_namespace as n on n.oid = p.pronamespace
     cross join regexp_matches(p.prosrc, $1, 'g') as found
     where n.nspname in ('public', 'private')
     order by 1`,
    [String.raw`jsonb_build_object\(\s*'code',\s*'(\w+)'`],
  );
  expect(codes.map(({ code }) => code)).toEqual([...DATABASE_END_CODES].sort());
});
