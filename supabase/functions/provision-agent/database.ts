import { createClient } from "@supabase/supabase-js";
import { z } from "zod";
import {
  type AdoptAgentCommand,
  type EditAgentCommand,
  executorRuntime,
  type ResolveDocumentCommand,
  type SaveDocumentCommand,
  storedDocument,
} from "../_shared/contract.ts";
import type { AgentAddress } from "./agent-address.ts";
import type { DocumentAddress } from "./document-address.ts";
import type { Environment } from "./environment.ts";
import type { Asked } from "./idempotency.ts";
import type { NewAgent } from "./new-agent.ts";
import { refusalFromDatabase } from "./refusal-from-database.ts";

/** Long enough for a transaction behind a lock, shorter than the patience of a person at a page. */
const ANSWER_WITHIN_MS = 15_000;

const accessMode = z.enum(["open", "members"]);
const projectNames = z.record(z.string(), z.string()).transform((names) => new Map(Object.entries(names)));
const nothing = z.null();
const aboutRequest = z.object({ request: z.looseObject({ id: z.guid(), status: z.string() }) });
const created = aboutRequest.extend({ agent: z.looseObject({ project_id: z.string(), agent_key: z.string() }) });
const createdMany = z.object({ agents: z.array(created) });
const edited = created.extend({ request: created.shape.request.nullable() });
const removed = z.object({ removed: z.boolean(), request: created.shape.request.nullable() });
const saved = z.object({ outcome: z.enum(["saved", "changed"]), document: storedDocument });
const enrolled = z.object({ replaced: z.array(z.guid()) });
export type Created = z.infer<typeof created>;
export type CreatedMany = z.infer<typeof createdMany>;
export type Edited = z.infer<typeof edited>;
export type Removed = z.infer<typeof removed>;
export type AboutRequest = z.infer<typeof aboutRequest>;

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

    /** What is undefined stays as it is. `request` is the one that is open from then on, or null. */
    editAgent: (agent: AgentAddress, edit: EditAgentCommand, requestedBy: string) =>
      call(edited, "edit_agent", {
        ...toAddress(agent),
        requested_by: requestedBy,
        display_name: edit.displayName ?? null,
        emoji: edit.emoji ?? null,
        role_short: edit.roleShort ?? null,
      }),

    /** `removed`: it is gone already. Otherwise `request` is the one that removes it. */
    removeAgent: (agent: AgentAddress, requestedBy: string) =>
      call(removed, "remove_agent", { ...toAddress(agent), requested_by: requestedBy }),

    /** On the executor where it belongs, or on the one that is named. */
    provisionAgain: (agent: AgentAddress, executorId: string | undefined, requestedBy: string) =>
      call(created, "provision_again", {
        ...toAddress(agent),
        requested_by: requestedBy,
        executor: executorId ?? null,
      }),

    adoptAgent: (projectId: string, command: AdoptAgentCommand, requestedBy: string) =>
      call(created, "adopt_agent", {
        project_id: projectId,
        executor: command.executorId,
        agent_id: command.agentId,
        requested_by: requestedBy,
        display_name: command.displayName ?? null,
        emoji: command.emoji ?? null,
        role_short: command.roleShort,
      }),

    /** For this user; for the service role itself when that is undefined. */
    readRuntime: (executorId: string, refresh: boolean, userId: string | undefined) =>
      call(executorRuntime, "read_runtime", { executor: executorId, refresh, user_id: userId ?? null }),

    readDocument: (address: DocumentAddress) => call(storedDocument, "read_document", toDocument(address)),

    /** `changed`: it is not of `baseRevision` any more, and nothing was saved; `document` is what it is. */
    saveDocument: (address: DocumentAddress, command: SaveDocumentCommand, requestedBy: string) =>
      call(saved, "save_document", {
        ...toDocument(address),
        requested_by: requestedBy,
        content: command.content,
        base_revision: command.baseRevision,
        doc_date: command.docDate ?? null,
        reason: command.reason ?? null,
      }),

    /** `changed`: one of the two sides is another by now, and nothing was settled; `document` is what it is. */
    resolveDocument: (address: DocumentAddress, command: ResolveDocumentCommand, requestedBy: string) =>
      call(saved, "resolve_document", {
        ...toDocument(address),
        requested_by: requestedBy,
        content: command.content,
        base_revision: command.baseRevision,
        conflict_version: command.conflictVersion,
      }),

    retryRequest: (id: string, requestedBy: string) =>
      call(aboutRequest, "retry_request", { request_id: id, requested_by: requestedBy }),

    /** Whether this person is an owner of each project there is. */
    ownsEveryProject: (userId: string) => call(z.boolean(), "owns_every_project", { user_id: userId }),

    /** Answers the users who were this executor before, and are no more. */
    enrollExecutor: (userId: string, executorId: string, requestedBy: string) =>
      call(enrolled, "enroll_executor", { user_id: userId, executor_id: executorId, requested_by: requestedBy }),

    cancelRequest: (id: string, requestedBy: string) =>
      call(aboutRequest, "cancel_request", { request_id: id, requested_by: requestedBy }),

    /** Refuses a user who may not read, or write, in this project. */
    requireMay: (userId: string, projectId: string, verb: "read" | "write") =>
      call(nothing, "require_may", { user_id: userId, project_id: projectId, verb }),

    /** Refuses a user who may not write in the project of this request. */
    requireMayChange: (userId: string, requestId: string) =>
      call(nothing, "require_may_change", { user_id: userId, request_id: requestId }),

    failStuckRequests: () => call(z.unknown(), "fail_stuck_requests"),
  };
}

function toArguments({ requestedBy, key, commandSha256 }: Asked) {
  return { requested_by: requestedBy, idempotency_key: key, command_sha256: commandSha256 };
}

function toAddress({ projectId, agentKey }: AgentAddress) {
  return { project_id: projectId, agent_key: agentKey };
}

function toDocument({ type, ...agent }: DocumentAddress) {
  return { ...toAddress(agent), doc_type: type };
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
