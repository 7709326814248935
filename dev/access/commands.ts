import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import { AccessError } from "./connection.ts";
import { findMember, findNewMember, listUsers } from "./people.ts";

const time = z.string().transform((text) => text.slice(0, 16).replace("T", " "));
const membership = z.object({
  project_id: z.string(),
  project_name: z.string(),
  user_id: z.uuid().nullable(),
  role: z.string().nullable(),
});
const credential = z.object({ executor_id: z.string(), enrolled_at: time, revoked_at: time.nullable() });
const seen = z.object({ id: z.string(), display_name: z.string(), last_seen_at: time });
const revoked = z.object({ revoked: z.array(z.uuid()) });

/** The whole of it: the mode, each project with its members, each executor with its credential. One line each. */
export async function describeAccess(client: SupabaseClient): Promise<string[]> {
  const mode = await call(client, z.enum(["open", "members"]), "read_access_mode");
  const members = await call(client, z.array(membership), "list_access");
  const users = await listUsers(client);
  const projects = Map.groupBy(members, ({ project_id, project_name }) => `${project_id} (${project_name})`);
  return [
    mode === "open" ? "Mode: open, whoever signs in may use every project" : "Mode: members, nobody else gets in",
    ...[...projects].flatMap(([project, rows]) => [
      `Project ${project}`,
      ...rows.map(({ user_id: id, role }) =>
        id === null ? "  nobody belongs to it" : `  ${role?.padEnd(8)} ${users.get(id)?.email ?? `${id}, who is gone`}`,
      ),
    ]),
    ...(await describeExecutors(client)),
  ];
}

async function describeExecutors(client: SupabaseClient): Promise<string[]> {
  const credentials = await call(client, z.array(credential), "list_executor_credentials");
  const { data, error } = await client.from("executors").select("id, display_name, last_seen_at").order("id");
  if (error) throw refusal(error);
  const machines = new Map(
    z
      .array(seen)
      .parse(data)
      .map((one) => [one.id, one]),
  );
  const ids = [...new Set([...machines.keys(), ...credentials.map(({ executor_id }) => executor_id)])].sort();
  return ids.map((id) => {
    const own = credentials.find(({ executor_id }) => executor_id === id);
    const machine = machines.get(id);
    return [
      `Executor ${id}${machine === undefined ? "" : ` (${machine.display_name})`}:`,
      own === undefined
        ? "not enrolled, so that it can only work with the service role key"
        : own.revoked_at === null
          ? `enrolled ${own.enrolled_at}`
          : `revoked ${own.revoked_at}`,
      `, ${machine === undefined ? "never seen" : `last seen ${machine.last_seen_at}`}`,
    ]
      .join(" ")
      .replace(" ,", ",");
  });
}

/** @throws AccessError when nobody could get in then */
export async function setMode(client: SupabaseClient, mode: "open" | "members"): Promise<void> {
  if (mode === "members") await requireLivingOwners(client);
  await call(client, z.unknown(), "set_access_mode", { mode });
}

/** The database knows of members what was written down; whether their users are still there only Auth says. */
async function requireLivingOwners(client: SupabaseClient): Promise<void> {
  const users = await listUsers(client);
  const members = await call(client, z.array(membership), "list_access");
  for (const [project, rows] of Map.groupBy(members, ({ project_id }) => project_id)) {
    const owners = rows.filter(({ role }) => role === "owner");
    if (owners.length > 0 && !owners.some(({ user_id: id }) => id !== null && users.has(id)))
      throw new AccessError(
        `The users who own the project ${project} are gone, so nobody could let anyone in. Add an owner first`,
      );
  }
}

/** In one project, or in all of them. */
export async function addMember(client: SupabaseClient, email: string, role: string, project?: string) {
  const userId = await findNewMember(client, email);
  for (const projectId of await chosen(client, project))
    await call(client, z.unknown(), "add_member", { project_id: projectId, user_id: userId, role });
}

/** From one project, or from all of them. */
export async function removeMember(client: SupabaseClient, emailOrId: string, project?: string) {
  const userId = await findMember(client, emailOrId);
  for (const projectId of await chosen(client, project))
    await call(client, z.unknown(), "remove_member", { project_id: projectId, user_id: userId });
}

/** From this moment on the executor may do nothing; its user goes too, so that it cannot even sign in. */
export async function revokeExecutor(client: SupabaseClient, executorId: string): Promise<void> {
  const { revoked: users } = await call(client, revoked, "revoke_executor", { executor_id: executorId });
  for (const id of users) {
    const { error } = await client.auth.admin.deleteUser(id);
    if (error !== null && error.code !== "user_not_found")
      throw new AccessError(`${executorId} is revoked, but its user ${id} is still there: ${error.message}`, {
        cause: error,
      });
  }
}

/** @throws AccessError when there is none to choose */
async function chosen(client: SupabaseClient, project: string | undefined): Promise<string[]> {
  if (project !== undefined) return [project];
  const members = await call(client, z.array(membership), "list_access");
  if (members.length === 0)
    throw new AccessError(
      "There is no project yet. Make one in the SQL Editor: insert into public.projects (id, name) values ('front-office', 'Front Office')",
    );
  return [...new Set(members.map(({ project_id }) => project_id))];
}

async function call<Output>(
  client: SupabaseClient,
  schema: z.ZodType<Output>,
  name: string,
  args: Record<string, unknown> = {},
): Promise<Output> {
  const { data, error } = await client.rpc(name, args);
  if (error) throw refusal(error);
  return schema.parse(data);
}

function refusal(error: { message: string; hint?: string | null }): AccessError {
  return new AccessError(error.hint ? `${error.message}. ${error.hint}` : error.message, { cause: error });
}
