import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { agentIdShort } from "#contract";
import { askBrowser } from "../browser/contract-page.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { PROJECT_ID } from "../local/front-office.ts";
import { startJourney } from "./journey.ts";
import { tryNames } from "./names.ts";

const COUNT = 500;
const SEED = 20_261_122;

let journey: Awaited<ReturnType<typeof startJourney>>;
beforeAll(async () => {
  journey = await startJourney(FAKE_OPENCLAW);
  await journey.database.query("update private.settings set value = '100000' where key = 'creations_per_minute'");
});
afterAll(() => journey.stop());

const created = z.object({ agent: z.object({ id: z.guid(), name: z.string() }) });
const refused = z.object({ error: z.object({ code: z.literal("invalid_request"), field: z.literal("displayName") }) });

/** The name as the function stores it, or null when it refuses. */
async function askFunction(name: string): Promise<string | null> {
  const response = await fetch(`${journey.stack.apiUrl}/functions/v1/provision-agent`, {
    method: "POST",
    headers: { "content-type": "application/json", apikey: journey.stack.publishableKey },
    body: JSON.stringify({ projectId: PROJECT_ID, displayName: name, emoji: "🦊" }),
  });
  const answer: unknown = await response.json();
  if (response.status === 202) return created.parse(answer).agent.name;
  expect({ status: response.status, answer }).toMatchObject({ status: 400 });
  refused.parse(answer);
  return null;
}

/** Whether the database would take the name as it is, written by whomever. */
async function askDatabase(name: string): Promise<boolean> {
  try {
    // As JSON, the way PostgREST hands it on.
    const [row] = await journey.database.query("select private.is_one_line($1::jsonb ->> 0, 1, 80) as taken", [
      JSON.stringify([name]),
    ]);
    return row?.["taken"] === true;
  } catch (error) {
    // Postgres has no NUL and no half characters.
    expect(error).toMatchObject({ code: expect.stringMatching(/^22P0[25]$/) });
    return false;
  }
}

const tried = tryNames(COUNT, SEED);

it(`browser, function and database agree on ${COUNT} names, and what they take reaches rows and files as it is`, {
  timeout: 300_000,
}, async () => {
  const { names: inBrowser } = await askBrowser({ names: tried.map(({ name }) => name) });
  const inFunction: (string | null)[] = [];
  const inDatabase: boolean[] = [];
  for (const { name } of tried) {
    inFunction.push(await askFunction(name));
    inDatabase.push(await askDatabase(name));
  }
  expect(inFunction).toEqual(inBrowser.map(({ stored }) => stored));
  expect(inDatabase).toEqual(inBrowser.map(({ stored }, index) => stored === tried[index]?.name));

  const rows = await journey.database.query(
    `select a.name, a.agent_id_short as id, r.display_name, d.content as soul
     from public.agents as a
     join public.agent_provision_requests as r using (project_id, agent_key)
     join public.brain_docs as d on d.project_id = a.project_id and d.agent_key = a.agent_key and d.doc_type = 'soul'
     order by r.requested_at, r.id`,
  );
  const taken = inBrowser.flatMap(({ stored, id }) => (stored === null || id === null ? [] : [{ stored, id }]));
  expect(rows.map((row) => [row["name"], row["display_name"]])).toEqual(taken.map(({ stored }) => [stored, stored]));
  for (const [index, { stored, id }] of taken.entries()) {
    expect(rows[index]?.["soul"]).toContain(`You are ${stored}, an agent who works for`);
    expect(agentIdShort.parse(rows[index]?.["id"])).toMatch(new RegExp(`^${id}(-\\d+)?$`));
  }
  const ids = rows.map((row) => z.string().parse(row["id"]));
  expect(new Set(ids).size).toBe(ids.length);

  const stopExecutor = await journey.startExecutor();
  const settled = () =>
    journey.database.query(
      "select status, result ->> 'code' as code, count(*)::int from public.agent_provision_requests group by 1, 2",
    );
  await expect.poll(settled, { timeout: 240_000 }).toEqual([{ status: "done", code: null, count: taken.length }]);
  await stopExecutor();

  const openclaw = join(journey.home, ".openclaw");
  const folders = (await readdir(openclaw)).filter((entry) => entry.startsWith("workspace"));
  expect(folders.sort()).toEqual(ids.map((id) => `workspace-${id}`).sort());
  const listed = new Map((await journey.listAgents()).map((agent) => [agent.id, agent.identityName]));
  expect([...listed.keys()].filter((id) => id !== "main").sort()).toEqual([...ids].sort());
  for (const row of rows) {
    const id = z.string().parse(row["id"]);
    expect(await readFile(join(journey.workspace(id), "SOUL.md"), "utf8")).toBe(row["soul"]);
    const identity = await readFile(join(journey.workspace(id), "IDENTITY.md"), "utf8");
    expect(identity.split("\n")).toContain(`- Name: ${String(row["name"])}`);
    expect(listed.get(id)).toBe(row["name"]);
  }

  const kinds = Map.groupBy(tried.entries(), ([, { kind }]) => kind);
  console.table(
    [...kinds].map(([kind, names]) => ({
      kind,
      tried: names.length,
      taken: names.filter(([index]) => inBrowser[index]?.stored != null).length,
      "taken, mended": names.filter(([index, { name }]) => ![null, undefined, name].includes(inBrowser[index]?.stored))
        .length,
    })),
  );
});
