import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Caller } from "../../testing/test-database.ts";
import { migrate } from "../migrate.ts";
import { oldDashboard, type Statements } from "./old-dashboard.ts";
import { createShape, type Outcome, type ShapeDatabase } from "./shape-database.ts";
import { OLD_SHAPES } from "./shapes.ts";
import { readColumns } from "./table-rows.ts";

const CALLERS = {
  anon: { role: "anon" },
  "signed in": { role: "authenticated", sub: "11111111-1111-4111-8111-111111111111" },
} as const satisfies Record<string, Caller>;

/** Of every statement as every caller what came of it: `{"anon lists agents": {rows: []}}`. */
async function tryAll(database: ShapeDatabase, statements: Statements): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const [who, caller] of Object.entries(CALLERS)) {
    for (const [what, sql] of Object.entries(statements)) {
      outcomes.set(`${who} ${what}`, await database.attempt(caller, sql));
    }
  }
  return outcomes;
}

const words = (outcome: Outcome | undefined) => {
  if (outcome === undefined) return "nothing";
  return "rows" in outcome ? `${outcome.rows.length} rows` : outcome.refused;
};

/** What becomes of the statement: how it ended before, and how it ends now. */
type Change = [before: string, after: string];

const REFUSED_BY_GRANT: Change = ["1 rows", "42501"];
const REFUSED_BY_GUARD: Change = ["1 rows", "PT403"];
const REFUSED_BY_RULE: Change = ["1 rows", "23514"];

/** A request is for an agent that waits, says what that agent says, and changes only by the executor. */
const REQUESTS: Record<string, Change> = {
  "asks for an agent that lives": REFUSED_BY_GUARD,
  "asks for nobody": REFUSED_BY_GUARD,
  "asks for an agent by another name": REFUSED_BY_GUARD,
  "asks for an agent that is running": ["1 rows", "PT409"],
  "asks for an agent with an emoji in words": REFUSED_BY_RULE,
  "sends a request round again": REFUSED_BY_GRANT,
  "takes a request": REFUSED_BY_GRANT,
};

/** What is meant to end differently; anything else ends as it did, row for row. */
function meant(shape: (typeof OLD_SHAPES)[number]): Record<string, Change> {
  const forBoth = {
    ...REQUESTS,
    // No policy let a row be removed; on the bare table nothing stood in the way.
    "removes requests": [shape === "bare" ? "1 rows" : "0 rows", "42501"] as const,
  };
  return {
    ...Object.fromEntries(Object.entries(forBoth).map(([what, change]) => [`anon ${what}`, [...change]])),
    ...Object.fromEntries(Object.entries(forBoth).map(([what, change]) => [`signed in ${what}`, [...change]])),
    "signed in moves a project's workspace": REFUSED_BY_GUARD,
    "signed in upserts a live agent as not provisioned": REFUSED_BY_GUARD,
    "signed in makes an agent that is live already": REFUSED_BY_GUARD,
    "signed in says that an agent is provisioned": REFUSED_BY_GUARD,
    "signed in says that an agent is not provisioned": REFUSED_BY_GUARD,
    "signed in gives an agent another id": REFUSED_BY_GUARD,
    "signed in gives an agent another workspace": REFUSED_BY_GUARD,
    "signed in makes an agent with blanks around its name": REFUSED_BY_RULE,
    "signed in makes an agent with an emoji in words": REFUSED_BY_RULE,
    "signed in makes an agent with an id that OpenClaw cannot use": REFUSED_BY_RULE,
    "signed in gives an agent a name with blanks around it": REFUSED_BY_RULE,
    "signed in lengthens the largest document": REFUSED_BY_RULE,
  };
}

it.for(OLD_SHAPES)("the older dashboard does on %s what it did before, but for what is meant to end", async (shape) => {
  await using database = await createShape(shape);
  const found = await database.query("select id from public.agents order by id");
  const agentIds = z.array(z.object({ id: z.string() })).parse(found);
  const statements = oldDashboard(
    agentIds.map(({ id }) => id),
    await readColumns(database),
  );
  const before = await tryAll(database, statements);
  await migrate(database.url);
  const after = await tryAll(database, statements);

  const differ = [...before].filter(([name, was]) => !isDeepStrictEqual(was, after.get(name)));
  const changes = differ.map(([name, was]) => [name, [words(was), words(after.get(name))]]);
  expect(Object.fromEntries(changes)).toEqual(meant(shape));
  // Were everything refused before, nothing could change.
  expect([...before.values()].filter((outcome) => "rows" in outcome && outcome.rows.length > 0).length).toBeGreaterThan(
    150,
  );
});
