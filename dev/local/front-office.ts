import pg from "pg";

export const PROJECT_ID = "front-office";

/** The project that a new local stack begins with. */
export async function seedProject(dbUrl: string): Promise<void> {
  await withClient(dbUrl, async (client) => {
    await client.query(
      "insert into public.projects (id, name) values ($1, 'Front Office') on conflict (id) do nothing",
      [PROJECT_ID],
    );
  });
}

/** Makes this user an owner of the project that nobody owns yet. */
export async function giveProjectAnOwner(dbUrl: string, userId: string): Promise<void> {
  await withClient(dbUrl, async (client) => {
    await client.query(
      `insert into public.project_members (project_id, user_id, role)
       select $1, $2, 'owner'
       where not exists (select from public.project_members as m where m.project_id = $1 and m.role = 'owner')
       on conflict (project_id, user_id) do update set role = excluded.role`,
      [PROJECT_ID, userId],
    );
  });
}

/** Whether the executor has said since then that it is there, and at any time what OpenClaw holds. */
export async function hasReported(dbUrl: string, executorId: string, since: Date): Promise<boolean> {
  return await withClient(dbUrl, async (client) => {
    const { rowCount } = await client.query(
      `select from public.executors as e join public.executor_runtime as r on r.executor_id = e.id
       where e.id = $1 and e.last_seen_at >= $2`,
      [executorId, since],
    );
    return rowCount === 1;
  });
}

/** Gives the project its main agent, which lives where the executor says that `openclaw agents list` says. */
export async function adoptMainAgent(dbUrl: string, executorId: string): Promise<void> {
  await withClient(dbUrl, async (client) => {
    await client.query(
      `insert into public.agents (project_id, agent_key, name, emoji, role, agent_id_short, workspace_path, executor_id, provisioned)
       select $1, 'agent:main:main', coalesce(nullif(a ->> 'name', 'main'), 'Trunks'), coalesce(nullif(a ->> 'emoji', ''), '⚡'),
         'The main agent', a ->> 'id', a ->> 'workspace', $2, true
       from public.executor_runtime as r, jsonb_array_elements(r.agents) as a
       where r.executor_id = $2 and (a ->> 'isDefault')::boolean
       on conflict (project_id, agent_key) do update
         set workspace_path = excluded.workspace_path, executor_id = excluded.executor_id`,
      [PROJECT_ID, executorId],
    );
    await client.query(
      `insert into public.agent_status (project_id, agent_key) values ($1, 'agent:main:main')
       on conflict (project_id, agent_key) do nothing`,
      [PROJECT_ID],
    );
  });
}

async function withClient<T>(connectionString: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  // A database that goes away while we wait fails the next query, which says so; unheard it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
