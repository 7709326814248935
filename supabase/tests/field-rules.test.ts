import { afterAll, beforeAll, expect, it } from "vitest";
import { displayName, roleShort } from "#contract";
import { judge, verdicts } from "../../dev/browser/contract-in-page.ts";
import { askDeno } from "../../dev/testing/ask-deno.ts";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { PROJECT, seedProject, stranger } from "./road.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedProject(database);
});
afterAll(() => database.drop());

/** Every character that text may hold in JavaScript and in Postgres: no surrogate, no NUL. */
const CODE_POINTS = Array.from({ length: 0x10ffff }, (_, index) => index + 1).filter((c) => c < 0xd800 || c > 0xdfff);
/** Without planes 4-13, which are empty, and the private ones 15 and 16. */
const PUBLIC_CODE_POINTS = CODE_POINTS.filter((c) => c < 0x40000 || (c >= 0xe0000 && c < 0xf0000));

it.for([
  ["a name of it alone", displayName, "chr(c)", 1, 80, (c: string) => c],
  [
    "a name of it between two marks",
    displayName,
    "chr(837) || chr(c) || chr(820)",
    1,
    80,
    (c: string) => `\u0345${c}\u0334`,
  ],
  [
    "a purpose with it inside and at the end",
    roleShort,
    "'a' || chr(c) || 'b' || chr(c)",
    0,
    160,
    (c: string) => `a${c}b${c}`,
  ],
] as const)(
  "for every character there is, the database takes %s exactly when the contract does",
  { timeout: 60_000 },
  async ([, rule, sql, least, most, write]) => {
    const rows = await database.query(
      `select array_agg(c order by c) as taken from generate_series(1, 1114111) as c
     where c not between 55296 and 57343 and private.is_one_line(${sql}, $1, $2)`,
      [least, most],
    );
    const isStoredAsItIs = (c: number) => {
      const written = write(String.fromCodePoint(c));
      return rule.safeParse(written).data === written;
    };
    expect(rows).toEqual([{ taken: CODE_POINTS.filter(isStoredAsItIs) }]);
  },
);

it("the database takes a letter in parts exactly when the contract does", async () => {
  const letters = CODE_POINTS.map((c) => String.fromCodePoint(c));
  const inParts = letters.map((letter) => letter.normalize("NFD")).filter((parts, index) => parts !== letters[index]);
  expect(inParts.length).toBeGreaterThan(10_000);
  const rows = await database.query(
    "select array_agg(parts order by nth) as taken from unnest($1::text[]) with ordinality as l (parts, nth) where private.is_one_line(parts, 1, 80)",
    [inParts],
  );
  expect(rows).toEqual([{ taken: inParts.filter((parts) => displayName.safeParse(parts).data === parts) }]);
});

it.for([
  ["alone", (c: string) => c],
  ["between two marks", (c: string) => `\u0345${c}\u0334`],
] as const)(
  "for every public character, Deno stores a name of it %s as Node does, and suggests the same id",
  { timeout: 60_000 },
  async ([, write]) => {
    const names = PUBLIC_CODE_POINTS.map((c) => write(String.fromCodePoint(c)));
    const inNode = verdicts.parse(JSON.parse(judge(JSON.stringify({ names }))));
    const inDeno = await askDeno({ names });
    expect(inDeno.names).toHaveLength(names.length);
    const differences = inDeno.names.flatMap((said, index) => {
      const { stored, id } = inNode.names[index] ?? {};
      return said.stored === stored && said.id === id
        ? []
        : [{ name: names[index], inNode: { stored, id }, inDeno: said }];
    });
    expect(differences).toEqual([]);
  },
);

it("a row that was there before may change everything but into another wrong name, emoji or id", async () => {
  await database.query("alter table public.agents disable trigger check_agent_fields");
  await database.query(
    `insert into public.agents (project_id, agent_key, name, emoji, agent_id_short)
     values ($1, 'agent:Bad Id:main', 'Trailing ', ':fox:', 'Bad Id')`,
    [PROJECT],
  );
  await database.query("alter table public.agents enable trigger check_agent_fields");
  const change = (set: string) =>
    database.query(`update public.agents set ${set} where agent_key = 'agent:Bad Id:main' returning color`);
  expect(await change("color = '#112233', name = name, emoji = ':fox:'")).toEqual([{ color: "#112233" }]);
  for (const [set, constraint] of [
    ["name = 'Two  blanks'", "agents_name_check"],
    ["emoji = ':owl:'", "agents_emoji_check"],
    ["agent_id_short = 'Worse Id'", "agents_agent_id_short_check"],
  ] as const) {
    await expect(change(set)).rejects.toMatchObject({ code: "23514", constraint });
  }
  expect(await change("name = 'Mended', emoji = '🦊'")).toHaveLength(1);
});

it("a document that was too large before may change everything but its content into another that is too large", async () => {
  await database.query("alter table public.brain_docs disable trigger check_document_content");
  await database.query(
    `insert into public.brain_docs (project_id, agent_key, doc_type, content)
     values ($1, 'agent:old:main', 'soul', repeat('x', 1048577))`,
    [PROJECT],
  );
  await database.query("alter table public.brain_docs enable trigger check_document_content");
  const change = (set: string) =>
    database.query(`update public.brain_docs set ${set} where agent_key = 'agent:old:main' returning doc_type`);
  expect(await change("updated_by = 'somebody'")).toHaveLength(1);
  await expect(change("content = repeat('y', 1048577)")).rejects.toMatchObject({
    code: "23514",
    constraint: "brain_docs_content_check",
  });
  expect(await change("content = repeat('y', 1048576)")).toHaveLength(1);
});

it("a direct insert may say that it is queued, and nothing else", async () => {
  await database.query(
    "insert into public.agents (project_id, agent_key, name, emoji) values ($1, 'agent:rick:main', 'Rick', '🦊')",
    [PROJECT],
  );
  const insert = (status: string) =>
    database.queryAs(
      stranger,
      `insert into public.agent_provision_requests
         (project_id, agent_key, agent_id_short, display_name, emoji, role_short, status)
       values ($1, 'agent:rick:main', 'rick', 'Rick', '🦊', '', $2) returning status, requested_by`,
      [PROJECT, status],
    );
  for (const status of ["done", "error"]) await expect(insert(status)).rejects.toMatchObject({ code: "42501" });
  await expect(insert("running")).rejects.toMatchObject({ code: "PT409" });
  expect(await insert("queued")).toEqual([{ status: "queued", requested_by: stranger.sub }]);
});
