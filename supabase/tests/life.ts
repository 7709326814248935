import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { z } from "zod";
import type { TestDatabase } from "../../dev/testing/test-database.ts";
import { claim, create, doneResult, MINI, PROJECT, service } from "./road.ts";

/** What people ask of an agent that is there already, as the function would, and an executor's answer, for the tests beside this file. */
const row = z.record(z.string(), z.unknown());
const answers = {
  edit: z.object({ agent: row, request: row.nullable() }),
  remove: z.object({ removed: z.boolean(), request: row.nullable() }),
  both: z.object({ agent: row, request: row.and(z.object({ id: z.string() })) }),
  one: z.object({ request: row.and(z.object({ id: z.string() })) }),
};

export const KEY = "agent:ricky:main";
export const BY = "user-7";

async function ask<T>(database: TestDatabase, schema: z.ZodType<T>, call: string, values: unknown[]): Promise<T> {
  const [first] = await database.queryAs(service, `select public.${call} as answer`, values);
  return schema.parse(first?.["answer"]);
}

export const edit = (
  database: TestDatabase,
  change: { name?: string; emoji?: string; role?: string },
  key = KEY,
  project = PROJECT,
) =>
  ask(database, answers.edit, "edit_agent($1, $2, $3, $4, $5, $6)", [
    ...[project, key, BY],
    ...[change.name ?? null, change.emoji ?? null, change.role ?? null],
  ]);

export const remove = (database: TestDatabase, key = KEY) =>
  ask(database, answers.remove, "remove_agent($1, $2, $3)", [PROJECT, key, BY]);

export const provisionAgain = (database: TestDatabase, executor: string | null = null, key = KEY) =>
  ask(database, answers.both, "provision_again($1, $2, $3, $4)", [PROJECT, key, BY, executor]);

export const adopt = (
  database: TestDatabase,
  about: { agentId: string; executor?: string; name?: string; emoji?: string; role?: string; project?: string },
) =>
  ask(database, answers.both, "adopt_agent($1, $2, $3, $4, $5, $6, $7)", [
    ...[about.project ?? PROJECT, about.executor ?? MINI, about.agentId, BY],
    ...[about.name ?? null, about.emoji ?? null, about.role ?? null],
  ]);

export const retry = (database: TestDatabase, id: unknown) =>
  ask(database, answers.one, "retry_request($1, $2)", [id, BY]);
export const cancel = (database: TestDatabase, id: unknown) =>
  ask(database, answers.one, "cancel_request($1, $2)", [id, BY]);

/** Says that OpenClaw is written to, as the executor does before it does. Answers whether the claim still holds. */
export async function report(database: TestDatabase, { id, token }: Claimed, ...steps: string[]): Promise<unknown> {
  const progress = JSON.stringify(steps.map((step) => ({ step, state: "running" })));
  const [lease] = await database.queryAs(service, "select held from public.renew_provision_lease($1, $2, $3)", [
    ...[id, token, progress],
  ]);
  return lease?.["held"];
}

export type Claimed = { id: string; token: string; row: Record<string, unknown> };

/** The one request that waits. */
export async function claimOne(database: TestDatabase, executor = MINI): Promise<Claimed> {
  const token = randomUUID();
  const [taken, ...others] = await claim(database, { token, executor });
  if (taken === undefined || others.length > 0) throw new Error("Expected exactly one request that waits");
  return { id: String(taken["request_id"]), token, row: taken };
}

export const listed = (id: string, about: Record<string, unknown> = {}) => ({
  ...{ id, name: "Ricky", emoji: "🦊", workspace: `/home/.openclaw/workspace-${id}`, isDefault: false },
  ...about,
});

export async function complete(database: TestDatabase, { id, token, row: claimed }: Claimed, agents: object[]) {
  const [first] = await database.queryAs(
    service,
    "select public.complete_provision_request($1, $2, $3, $4) as answer",
    [...[id, token, doneResult(String(claimed["agent_id_short"])), JSON.stringify(agents)]],
  );
  return first?.["answer"];
}

/** An agent that is live on the executor, and listed. */
export async function makeLive(database: TestDatabase, about: { id?: string; executor?: string } = {}) {
  const id = about.id ?? "ricky";
  await create(database, { id, ...(about.executor !== undefined && { executor: about.executor }) });
  await complete(database, await claimOne(database, about.executor), [listed(id)]);
}

export async function publish(database: TestDatabase, agents: object[], executor = MINI): Promise<void> {
  await database.query(
    `insert into public.executor_runtime (executor_id, agents, published_at) values ($1, $2, clock_timestamp())
     on conflict (executor_id) do update set agents = excluded.agents, published_at = excluded.published_at`,
    [executor, JSON.stringify(agents)],
  );
}

export const agentRows = (database: TestDatabase) =>
  database.query(
    "select agent_key, name, emoji, role, provisioned, executor_id, workspace_path from public.agents order by agent_key",
  );
export const requestRows = (database: TestDatabase) =>
  database.query(
    "select id, kind, status, result ->> 'code' as code, display_name, emoji, requested_by from public.agent_provision_requests order by requested_at",
  );

export const refusal = (status: number, code: string) => ({
  code: `PT${status}`,
  detail: expect.stringContaining(`"${code}"`),
});
