import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { LARGEST_BATCH } from "#contract";
import { readFakeCalls } from "../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { PROJECT_ID } from "../local/front-office.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
beforeAll(async () => {
  journey = await startJourney(FAKE_OPENCLAW);
});
afterAll(() => journey.stop());

const answered = z.object({
  agents: z.array(z.object({ agent: z.object({ agent_id_short: z.string() }), request: z.object({ id: z.guid() }) })),
});

it(`${LARGEST_BATCH} agents in one call: as many rows and workspaces, each agent added to OpenClaw once`, {
  timeout: 300_000,
}, async () => {
  const stopExecutor = await journey.startExecutor();
  // Half of them share a name, so that the database has ids to make free.
  const names = Array.from({ length: LARGEST_BATCH }, (_, n) => (n % 2 === 0 ? "Comet" : `Agent ${n}`));
  const { data, error } = await journey.page.functions.invoke("provision-agent", {
    body: { agents: names.map((displayName) => ({ projectId: PROJECT_ID, displayName, emoji: "🦊" })) },
  });
  if (error) throw error;
  const { agents } = answered.parse(data);
  const ids = agents.map(({ agent }) => agent.agent_id_short);
  expect(new Set(ids).size).toBe(LARGEST_BATCH);

  const statuses = () =>
    journey.database.query("select status, count(*)::int from public.agent_provision_requests group by 1");
  await expect.poll(statuses, { timeout: 240_000 }).toEqual([{ status: "done", count: LARGEST_BATCH }]);
  await stopExecutor();

  const rows = await journey.database.query(
    "select agent_id_short as id, name from public.agents where provisioned order by id",
  );
  expect(rows).toEqual(ids.map((id, n) => ({ id, name: names[n] })).sort((a, b) => (a.id < b.id ? -1 : 1)));
  const folders = await readdir(join(journey.home, ".openclaw"));
  expect(folders.filter((name) => name.startsWith("workspace")).sort()).toEqual(
    ids.map((id) => `workspace-${id}`).sort(),
  );
  const added = readFakeCalls(journey.home).flatMap(({ argv: [, verb, id] }) => (verb === "add" ? [id] : []));
  expect(added.sort()).toEqual([...ids].sort());
});
