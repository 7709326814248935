import type { Columns } from "./table-rows.ts";

/** What the older dashboard sends, by what it does for a person. */
export type Statements = Record<string, string>;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Lists and single rows, of every column that was there before. Of requests what expiring does not touch. */
function reads(columns: Columns): Statements {
  const lists = Object.entries(columns).map(([table, names]) => {
    const shown =
      table === "agent_provision_requests"
        ? names.filter((name) => !["status", "result", "completed_at"].includes(name))
        : names;
    return [`lists ${table}`, `select ${shown} from public.${table} order by id`] as const;
  });
  return Object.fromEntries(lists);
}

const projects: Statements = {
  "makes a project":
    "insert into public.projects (id, name) values ('annex', 'Annex') returning id, name, workspace_path",
  "renames a project": "update public.projects set name = 'Reception' where id = 'front-office' returning id, name",
  "removes a project and all in it": "delete from public.projects where id = 'front-office' returning id",
  "moves a project's workspace":
    "update public.projects set workspace_path = '/etc' where id = 'front-office' returning workspace_path",
};

const agents: Statements = {
  "makes an agent": `insert into public.agents (project_id, agent_key, name, role, emoji, color, agent_id_short, provisioned)
    values ('back-office', 'agent:pim:main', 'Pim', 'Post', '📮', '#123456', 'pim', false)
    returning name, provisioned, agent_id_short, workspace_path`,
  "makes an agent again": `insert into public.agents (project_id, agent_key, name, emoji)
    values ('front-office', 'agent:mira:main', 'Mira', '🌙')`,
  "makes an agent for a project that is not there": `insert into public.agents (project_id, agent_key, name)
    values ('nowhere', 'agent:pim:main', 'Pim')`,
  "upserts a waiting agent": `insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, provisioned)
    values ('front-office', 'agent:mira:main', 'Mira B.', '🌛', 'mira', false) on conflict (project_id, agent_key)
    do update set name = excluded.name, emoji = excluded.emoji, provisioned = excluded.provisioned
    returning name, emoji, provisioned`,
  "upserts a live agent": `insert into public.agents (project_id, agent_key, name, emoji, provisioned)
    values ('front-office', 'agent:scout:main', 'Scout B.', '🔭', true) on conflict (project_id, agent_key)
    do update set name = excluded.name, provisioned = excluded.provisioned returning name, provisioned`,
  "upserts a live agent as not provisioned": `insert into public.agents (project_id, agent_key, name, emoji, provisioned)
    values ('front-office', 'agent:scout:main', 'Scout B.', '🔭', false) on conflict (project_id, agent_key)
    do update set name = excluded.name, provisioned = excluded.provisioned returning name, provisioned`,
  "removes an agent": "delete from public.agents where agent_key = 'agent:scout:main' returning project_id, name",
  "makes an agent that is live already": `insert into public.agents (project_id, agent_key, name, provisioned)
    values ('back-office', 'agent:pim:main', 'Pim', true) returning provisioned`,
  "makes an agent with blanks around its name": `insert into public.agents (project_id, agent_key, name)
    values ('back-office', 'agent:pim:main', ' Pim ') returning name`,
  "makes an agent with an emoji in words": `insert into public.agents (project_id, agent_key, name, emoji)
    values ('back-office', 'agent:pim:main', 'Pim', ':post:') returning emoji`,
  "makes an agent with an id that OpenClaw cannot use": `insert into public.agents
    (project_id, agent_key, name, agent_id_short) values ('back-office', 'agent:P i m:main', 'Pim', 'P i m')
    returning agent_id_short`,
  "colours every agent": "update public.agents set color = '#777777' returning name, color",
  "gives an agent a name with blanks around it":
    "update public.agents set name = ' Mira ' where agent_key = 'agent:mira:main' returning name",
  "says that an agent is provisioned":
    "update public.agents set provisioned = true where agent_key = 'agent:mira:main' returning provisioned",
  "says that an agent is not provisioned":
    "update public.agents set provisioned = false where agent_key = 'agent:ghost:main' returning provisioned",
  "gives an agent another id":
    "update public.agents set agent_id_short = 'mira-2' where agent_key = 'agent:mira:main' returning agent_id_short",
  "gives an agent another workspace":
    "update public.agents set workspace_path = '/etc' where agent_key = 'agent:mira:main' returning workspace_path",
};

const status: Statements = {
  "sets a status": `update public.agent_status set state = 'sleeping', note = 'zzz', last_activity_at = now()
    where agent_key = 'agent:ricky:main' returning state, note, current_task_id`,
  "upserts a status": `insert into public.agent_status (project_id, agent_key, state) values
    ('front-office', 'agent:main:main', 'blocked'), ('front-office', 'agent:mira:main', 'idle')
    on conflict (project_id, agent_key) do update set state = excluded.state returning agent_key, state`,
  "sets a status that there is not": "update public.agent_status set state = 'happy'",
  "removes a status": "delete from public.agent_status returning id",
};

const SAVE = `on conflict (project_id, agent_key, doc_type) do update
  set content = excluded.content, updated_by = excluded.updated_by
  returning agent_key, doc_type, content, updated_by, updated_at > now() - interval '1 minute' as saved_now`;
const documents: Statements = {
  "saves a document": `insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by)
    values ('front-office', 'agent:main:main', 'soul', 'New soul', 'dashboard') ${SAVE}`,
  "saves a document as it was": `insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by)
    select project_id, agent_key, doc_type, content, 'again' from public.brain_docs where doc_type = 'soul' ${SAVE}`,
  "saves a new document": `insert into public.brain_docs (project_id, agent_key, doc_type, content)
    values ('front-office', 'agent:mira:main', 'memory_today', '') ${SAVE}`,
  "writes into a document": `update public.brain_docs set content = content || 'more', updated_at = '2026-01-01'
    where agent_key = 'agent:ricky:main' returning content, updated_at > now() - interval '1 minute' as saved_now`,
  "signs the largest document": `update public.brain_docs set updated_by = 'me'
    where agent_key = 'agent:nova:main' returning octet_length(content) as size, updated_by`,
  "saves the largest document as it was": `insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by)
    select project_id, agent_key, doc_type, content, 'me' from public.brain_docs where agent_key = 'agent:nova:main' ${SAVE}`,
  "saves all of the largest document": `update public.brain_docs as d
    set (project_id, agent_key, doc_type, content, updated_by, updated_at) = (
      select project_id, agent_key, doc_type, content, 'me', updated_at from public.brain_docs where id = d.id
    ) where agent_key = 'agent:nova:main' returning octet_length(content) as size, updated_by`,
  "shortens the largest document":
    "update public.brain_docs set content = 'Short' where agent_key = 'agent:nova:main' returning content",
  "lengthens the largest document":
    "update public.brain_docs set content = content || '.' where agent_key = 'agent:nova:main' returning octet_length(content) as size",
  "saves a document of a kind that there is not": `insert into public.brain_docs (project_id, agent_key, doc_type)
    values ('front-office', 'agent:main:main', 'diary')`,
  "saves a document of no project": `insert into public.brain_docs (project_id, agent_key, doc_type)
    values ('nowhere', 'agent:main:main', 'soul')`,
  "removes a document": "delete from public.brain_docs where doc_type = 'mission' returning agent_key",
};

const PLAIN = "(project_id, agent_key, agent_id_short, display_name, emoji, role_short, status)";
const requests: Statements = {
  "asks for an agent": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:lena:main', 'lena', 'Lena', '🐝', null, 'queued')
    returning project_id, agent_key, agent_id_short, display_name, emoji, role_short, status, result, picked_up_at`,
  "asks for the agent that was asked for and never came": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:ricky:main', 'ricky', 'Ricky', '🦊', 'Front desk', 'queued') returning status`,
  "asks for the agent whose retry never came": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:mira:main', 'mira', 'Mira', '🌙', 'Nights', 'queued') returning status`,
  "asks for an agent that lives": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:scout:main', 'scout', 'Scout', '🔭', null, 'queued') returning status`,
  "asks for nobody": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:nobody:main', 'nobody', 'Nobody', '👻', null, 'queued') returning status`,
  "asks for an agent by another name": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:lena:main', 'lena', 'Lena; rm -rf /', '🐝', null, 'queued') returning status`,
  "asks for an agent that is running": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:lena:main', 'lena', 'Lena', '🐝', null, 'running') returning status`,
  "asks for an agent with an emoji in words": `insert into public.agent_provision_requests ${PLAIN}
    values ('front-office', 'agent:foxy:main', 'foxy', 'Foxy', ':fox:', null, 'queued') returning status`,
  "sends a request round again": `update public.agent_provision_requests set status = 'queued', result = null
    where id = '10000000-0000-4000-8000-000000000012' returning status`,
  "takes a request": `update public.agent_provision_requests set status = 'running', picked_up_at = now()
    where id = '10000000-0000-4000-8000-000000000001' returning status`,
  "removes requests": "delete from public.agent_provision_requests where agent_key = 'agent:nova:main' returning id",
};

const others: Statements = {
  "notes an activity": `insert into public.activities (project_id, type, message, actor_agent_key, task_id)
    values ('front-office', 'note', 'Hm', null, 'd0000000-0000-4000-8000-000000000002') returning type, message, summary`,
  "changes an activity": "update public.activities set message = 'x' returning id",
  "removes activities": "delete from public.activities returning id",
  "makes a task":
    "insert into public.tasks (project_id, title) values ('front-office', 'Sweep') returning title, status",
  "removes a task that others point at": "delete from public.tasks where title = 'Say hello' returning id",
  "says something": `insert into public.chat_messages (project_id, author, message)
    values ('front-office', 'human', 'Hi') returning author, message`,
  "pauses a job": "update public.cron_jobs set enabled = false where id = 1 returning name, enabled",
  "adds a job": "insert into public.cron_jobs (id, name, schedule_expr) values (3, 'New', '* * * * *') returning id",
  "lists jobs that are on": "select * from public.enabled_cron_jobs order by id",
};

/** What a person does to each agent that is there, whatever it is called. */
function everyAgent(agentIds: string[], columns: Columns): Statements {
  const names = columns["agents"] ?? [];
  const statements = agentIds.flatMap((id) => {
    const where = `where id = ${quoted(id)} returning ${names}`;
    const number = Number(id.slice(-2));
    return [
      [`colours agent ${number}`, `update public.agents set color = '#abcdef' ${where}`],
      [`renames agent ${number}`, `update public.agents set name = 'Somebody' ${where}`],
      [`gives agent ${number} an emoji`, `update public.agents set emoji = '🐳' ${where}`],
      [
        `saves all of agent ${number}`,
        `update public.agents as a set (${names}) = (
           select ${names.map((name) => (name === "color" ? "'#abcdef'" : name))} from public.agents where id = a.id
         ) ${where}`,
      ],
      [
        `upserts all of agent ${number}`,
        `insert into public.agents (${names})
         select ${names.map((name) => (name === "color" ? "'#abcdef'" : name))} from public.agents where id = ${quoted(id)}
         on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`)} returning ${names}`,
      ],
    ] as const;
  });
  return Object.fromEntries(statements);
}

/** Everything it does on a database with these agents and, before any chapter, these columns. */
export function oldDashboard(agentIds: string[], columns: Columns): Statements {
  return {
    ...reads(columns),
    ...projects,
    ...agents,
    ...everyAgent(agentIds, columns),
    ...status,
    ...documents,
    ...requests,
    ...others,
  };
}
