import { createClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Environment } from "./environment.ts";
import type { Asked } from "./idempotency.ts";
import type { NewAgent } from "./new-agent.ts";
import { refusalFromDatabase } from "./refusal-from-database.ts";

/** Long enough for a transaction behind a lock, shorter than the patience of a person at a page. */
const ANSWER_WITHIN_MS = 15_000;

const accessMode = z.enum(["open", "members"]);
const projectNames = z.record(z.string(), z.string()).transform((names) => new Map(Object.entries(names)));
const retried = z.object({ request: z.looseObject({ id: z.guid(), status: z.string() }) });
const created = retried.extend({ agent: z.looseObject({ project_id: z.string(), agent_key: z.string() }) });
const createdMany = z.object({ agents: z.array(created) });
export type Created = z.infer<typeof created>;
export type CreatedMany = z.infer<typeof createdMany>;
export type Retried = z.infer<typeof retried>;

export type Database = ReturnType<typeof connectDatabase>;

/** The database as this function sees it, as service role. Every verb throws a Refusal: the database's own, or internal. */
export function connectDatabase({ url, secretKey }: Environment) {
  const client = createClient(url, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { timeout: ANSWER_WITHIN_MS, retry: false },
  });

  async function call<Output>(schema: z.ZodType<Output>, name: string, args: Record<string, unknown> = {}) {
    const { data, error } = await client.rpc(name, args);
    if (error) throw refusalFromDatabase(error);
    return schema.parse(data);
  }

  async function readAnswer<Answer>(schema: z.ZodType<Answer>, asked: Asked): Promise<Answer | null> {
    return asked.key === null ? null : call(schema.nullable(), "read_answer", toArguments(asked));
  }

  return {
    readAccessMode: () => call(accessMode, "read_access_mode"),

    /** The names of those of these projects that exist, by id. */
    readProjectNames: (ids: string[]) => call(projectNames, "read_project_names", { ids }),

    /** What was answered before under this key, or null. Without a key nothing is asked. */
    readAnswer: (asked: Asked) => readAnswer(created, asked),
    readAnswerToMany: (asked: Asked) => readAnswer(createdMany, asked),

    /** With a key that this caller used before, the answer of then. */
    createAgent: (agent: NewAgent, asked: Asked) =>
      call(created, "create_agent", { ...toRow(agent), ...toArguments(asked) }),

    /** All or none, answered in the order given. */
    createAgents: (agents: NewAgent[], asked: Asked) =>
      call(createdMany, "create_agents", { agents: agents.map(toRow), ...toArguments(asked) }),

    retryRequest: (id: string, requestedBy: string) =>
      call(retried, "retry_request", { request_id: id, requested_by: requestedBy }),

    failStuckRequests: () => call(z.unknown(), "fail_stuck_requests"),
  };
}

function toArguments({ requestedBy, key, commandSha256 }: Asked) {
  return { requested_by: requestedBy, idempotency_key: key, command_sha256: commandSha256 };
}

/** The arguments of create_agent, which are the entries of create_agents too. */
function toRow({ command, agentIdShort, documents, idToken }: NewAgent) {
  return {
    project_id: command.projectId,
    agent_key: command.agentKey ?? null,
    agent_id_short: agentIdShort,
    display_name: command.displayName,
    emoji: command.emoji,
    role_short: command.roleShort,
    color: command.color ?? null,
    executor: command.executorId ?? null,
    documents,
    id_token: idToken,
  };
}
