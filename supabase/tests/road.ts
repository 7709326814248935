import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Caller, TestDatabase } from "../../dev/testing/test-database.ts";

/** The verbs of the request road, as the function and an executor would call them, for the tests beside this file. */
export const anon: Caller = { role: "anon" };
export const stranger: Caller = { role: "authenticated", sub: "11111111-1111-4111-8111-111111111111" };
export const service: Caller = { role: "service_role" };
/** A machine user that enrollExecutor ties to one executor. */
export const machine: Caller = { role: "authenticated", sub: "22222222-2222-4222-8222-222222222222" };

export const PROJECT = "front-office";
export const MINI = "mini";
/** Every word of an executor in these tests is of one process, unless another is named. */
export const INSTANCE = randomUUID();

const row = z.record(z.string(), z.unknown());
type Row = z.infer<typeof row>;
const created = z.object({ agent: row, request: row.and(z.object({ id: z.uuid() })) });

async function only(rows: Promise<Row[]>): Promise<Row> {
  const [first, ...others] = await rows;
  if (first === undefined || others.length > 0) throw new Error("Expected exactly one row");
  return first;
}

export async function seedProject(database: TestDatabase): Promise<void> {
  await database.query("insert into public.projects (id, name) values ($1, 'Front Office')", [PROJECT]);
}

export async function enrollExecutor(database: TestDatabase, executor = MINI): Promise<void> {
  await database.query("insert into private.executor_credentials (user_id, executor_id) values ($1, $2)", [
    machine.sub,
    executor,
  ]);
  await database.query("delete from public.activities where type = 'executor_enrolled'");
}

export function beat(
  database: TestDatabase,
  executor = MINI,
  caller = service,
  { instance = INSTANCE, ...about }: Row & { instance?: string } = {},
) {
  return only(
    database.queryAs(caller, "select * from public.record_heartbeat($1, $2, $3)", [executor, instance, about]),
  );
}

/** Asks for an agent as the function does. Without a key one is made free from `id`. */
export async function create(
  database: TestDatabase,
  about: { id?: string; key?: string; name?: string; executor?: string; soul?: string; project?: string } = {},
) {
  const token = randomUUID();
  const { answer } = await only(
    database.queryAs(
      service,
      `select public.create_agent(
         project_id => $1, agent_id_short => $2, display_name => $3, emoji => '🦊', role_short => 'Front desk',
         requested_by => 'anon', documents => $4, id_token => $5, agent_key => $6, executor => $7
       ) as answer`,
      [
        about.project ?? PROJECT,
        about.id ?? about.key?.split(":")[1] ?? "ricky",
        about.name ?? "Ricky",
        JSON.stringify([
          { doc_type: "soul", content: about.soul ?? `I am ${token}` },
          { doc_type: "user", content: "Be brief" },
        ]),
        token,
        about.key ?? null,
        about.executor ?? null,
      ],
    ),
  );
  return created.parse(answer);
}

export function claim(
  database: TestDatabase,
  about: { executor?: string; instance?: string; slots?: number; token?: string; caller?: Caller } = {},
) {
  return database.queryAs(about.caller ?? service, "select * from public.claim_provision_requests($1, $2, $3, $4)", [
    about.executor ?? MINI,
    about.instance ?? INSTANCE,
    about.slots ?? 3,
    about.token ?? randomUUID(),
  ]);
}

export function requestRow(database: TestDatabase, id: string): Promise<Row> {
  return only(database.query("select * from public.agent_provision_requests where id = $1", [id]));
}

/** As if the lease had run out while its executor was there. */
export async function expireLease(database: TestDatabase, id: string): Promise<void> {
  await database.query(
    "update private.request_leases set lease_expires_at = now() - interval '1 second' where request_id = $1",
    [id],
  );
  await database.query("update public.executors set last_seen_at = now()");
}

/** As if every executor, and all that it holds, had last said a word that long ago, under leases of a minute. */
export async function sleepFor(database: TestDatabase, time: string): Promise<void> {
  await database.query("update public.executors set last_seen_at = now() - $1::interval", [time]);
  await database.query(
    `update private.request_leases set lease_expires_at = now() - $1::interval + interval '1 minute'
     where settled_at is null`,
    [time],
  );
}

/** As if the backoff were over. */
export async function skipBackoff(database: TestDatabase, id: string): Promise<void> {
  await database.query("update public.agent_provision_requests set run_after = now() where id = $1", [id]);
}

export const doneResult = (id: string) => ({
  agentId: id,
  workspaceDir: `/home/.openclaw/workspace-${id}`,
  openclawVersion: "2026.9.6",
  steps: [{ step: "verify", ms: 12 }],
});

export async function settle(database: TestDatabase, id: string, token: string, agentId: string): Promise<unknown> {
  const { answer } = await only(
    database.queryAs(service, "select public.complete_provision_request($1, $2, $3, $4) as answer", [
      id,
      token,
      doneResult(agentId),
      JSON.stringify([{ id: agentId, name: "Ricky", emoji: "🦊", workspace: "/w", isDefault: false }]),
    ]),
  );
  return answer;
}

export async function fail(database: TestDatabase, id: string, token: string, permanent = false): Promise<unknown> {
  const { answer } = await only(
    database.queryAs(service, "select public.fail_provision_request($1, $2, $3, $4, 'stderr') as answer", [
      id,
      token,
      { code: "openclaw_failed", message: "It broke", step: "add" },
      permanent,
    ]),
  );
  return answer;
}
