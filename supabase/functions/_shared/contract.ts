/**
 * The words that the dashboard, the Edge Function, the executor and the database share: commands, rows, statuses, steps
 * and error codes. Imports zod and its own three parts alone, so that every runtime can load it.
 */
import { z } from "zod";
import { DATABASE_END_CODES, ERROR_CODES } from "./error-codes.ts";
import { agentIdShort, agentKey, color, displayName, emoji, executorId, projectId, roleShort } from "./field-rules.ts";

export * from "./documents.ts";
export { qualifyEmoji, RESERVED_AGENT_IDS } from "./field-rules.ts";
export {
  agentIdShort,
  agentKey,
  color,
  DATABASE_END_CODES,
  displayName,
  ERROR_CODES,
  emoji,
  executorId,
  projectId,
  roleShort,
};

/** Raised when an executor of the previous number could misread a row. */
export const CONTRACT_VERSION = 1;

export const REQUEST_STATUSES = ["queued", "running", "done", "error"] as const;
export const REQUEST_KINDS = ["provision", "set_identity", "deprovision", "adopt"] as const;

/**
 * What a request of each kind is made of, in order. `workspace` looks at what is there and, of a provision, writes the files
 * that come first; of an adoption it reads them. Every later step may change OpenClaw: from its report on nothing is cancelled.
 */
export const STEPS_OF = {
  provision: ["workspace", "add", "identity", "verify"],
  set_identity: ["workspace", "identity", "verify"],
  deprovision: ["workspace", "remove", "verify"],
  adopt: ["workspace"],
} as const satisfies Record<RequestKind, readonly string[]>;

/** OpenClaw's own default agent: it can be renamed and adopted, but neither provisioned nor removed. */
export const MAIN_AGENT_KEY = "agent:main:main";
export const MAIN_AGENT_ID = "main";

/** An executor is alive when the database saw it within this time. */
export const ALIVE_SECONDS = 90;

/** Document types that provisioning seeds, and the file each becomes in the workspace. */
export const SEEDED_FILES = { soul: "SOUL.md", user: "USER.md", memory_long: "MEMORY.md" } as const;

export const DEFAULT_EMOJI = "🤖";

export const requestStatus = z.enum(REQUEST_STATUSES);
export const requestKind = z.enum(REQUEST_KINDS);
export const requestStep = z.enum(["workspace", "add", "identity", "remove", "verify"]);
export const errorCode = z.enum(ERROR_CODES);

export type RequestStatus = z.infer<typeof requestStatus>;
export type RequestKind = z.infer<typeof requestKind>;
export type RequestStep = z.infer<typeof requestStep>;
export type ErrorCode = z.infer<typeof errorCode>;

/** POST / of provision-agent. Without `agentKey` one is made from the name and made free in the database. */
export const createAgentCommand = z.strictObject({
  projectId,
  agentKey: agentKey.optional(),
  displayName,
  emoji: emoji.default(DEFAULT_EMOJI),
  roleShort: roleShort.default(""),
  color: color.optional(),
  executorId: executorId.optional(),
});
export type CreateAgentCommand = z.infer<typeof createAgentCommand>;

/** As many as a person pastes and still reads through; the database makes them in one transaction. */
export const LARGEST_BATCH = 50;

/** POST / for several at once: all of them are created, or none. */
export const createAgentsCommand = z.strictObject({
  agents: z
    .array(createAgentCommand)
    .min(1, "Name at least one agent")
    .max(LARGEST_BATCH, `At most ${LARGEST_BATCH} agents can be created at once`),
});
export type CreateAgentsCommand = z.infer<typeof createAgentsCommand>;

/** PATCH /projects/:projectId/agents/:agentKey: what is left out stays as it is. */
export const editAgentCommand = z
  .strictObject({ displayName: displayName.optional(), emoji: emoji.optional(), roleShort: roleShort.optional() })
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), "Say what is to change");
export type EditAgentCommand = z.infer<typeof editAgentCommand>;

/** POST …/agents/:agentKey/provision: on the executor where it belongs, or moved to the one that is named. */
export const provisionAgentCommand = z.strictObject({ executorId: executorId.optional() });

/** POST /projects/:projectId/adopt: name and emoji are those of the runtime list unless they are given. */
export const adoptAgentCommand = z.strictObject({
  executorId,
  /** As `openclaw agents list` has it. */
  agentId: z.string().min(1).max(64),
  displayName: displayName.optional(),
  emoji: emoji.optional(),
  roleShort: roleShort.default(""),
});
export type AdoptAgentCommand = z.infer<typeof adoptAgentCommand>;

/** The documents that adoption reads from the workspace, and that set_identity keeps up (identity). */
export const ADOPTED_FILES = { ...SEEDED_FILES, agents: "AGENTS.md", identity: "IDENTITY.md" } as const;

/** POST /executors: a new credential for this executor. The name is for whoever looks through the project's users. */
export const enrollExecutorCommand = z.strictObject({ executorId, displayName: displayName.optional() });

/** What POST /executors answers; the password is said this once. */
export const enrolledExecutor = z.object({ executorId, email: z.string(), password: z.string() });

/** One header of POST /: the same key with the same command gets the same answer, and makes nothing twice. */
export const idempotencyKey = z.guid("An Idempotency-Key is a UUID");

const refusalWords = z.object({
  code: errorCode,
  message: z.string(),
  field: z.string().optional(),
  hint: z.string().optional(),
});

/** What is wrong with one agent of a batch; `index` counts from 0. */
export const batchError = refusalWords.extend({ index: z.number().int().nonnegative() });

/** The body of every refusal of the function. `field` names the part of the command that is wrong. */
export const errorBody = z.object({ error: refusalWords, errors: z.array(batchError).optional() });
export type ErrorBody = z.infer<typeof errorBody>;
export type BatchError = z.infer<typeof batchError>;

/**
 * One entry of `progress`: what the executor is doing right now, for a page to draw live. `ms` is there once the step
 * ended, `note` while it waits: a sentence that says for what. `waits` until, and unless, OpenClaw is written to in it.
 */
export const stepProgress = z.object({
  step: requestStep,
  state: z.enum(["running", "done", "error"]),
  ms: z.number().int().nonnegative().optional(),
  note: z.string().optional(),
  waits: z.literal(true).optional(),
});
export type StepProgress = z.infer<typeof stepProgress>;

/**
 * `result` of a request that is done, of whatever kind. `agentId` is the row's agent_id_short, also of an agent that is gone.
 */
export const doneResult = z.object({
  agentId: z.string(),
  workspaceDir: z.string(),
  openclawVersion: z.string(),
  /** What became of the workspace when the agent was removed. `kept`: another agent has it too, or it could not be moved. */
  workspace: z.enum(["trashed", "kept", "absent"]).optional(),
  steps: z.array(z.object({ step: requestStep, ms: z.number().int().nonnegative() })),
});
export type DoneResult = z.infer<typeof doneResult>;

/** `result` of a request that ended as error. `attempts` is added by the database. */
export const errorResult = z.object({
  code: errorCode,
  message: z.string(),
  hint: z.string().optional(),
  step: requestStep.optional(),
  attempts: z.number().int().nonnegative(),
});
export type ErrorResult = z.infer<typeof errorResult>;

/** A claimed row as the executor accepts it: the same field rules once more, because the executor trusts no row. */
export const claimedRequest = z
  .object({
    request_id: z.uuid(),
    kind: requestKind,
    project_id: z.string(),
    agent_key: z.union([agentKey, z.literal(MAIN_AGENT_KEY)]),
    /** Of the main agent `main`, whatever OpenClaw calls its default. */
    agent_id_short: z.union([agentIdShort, z.literal(MAIN_AGENT_ID)]),
    /** Name and emoji are the agent's of now. */
    display_name: displayName,
    emoji,
    attempts: z.number().int().positive(),
    max_attempts: z.number().int().positive(),
    /** An earlier attempt for this agent got past its checks on this executor: what the runtime lists under this id is ours. */
    workspace_prepared: z.boolean(),
    /** Whether this agent was live when the request was claimed. */
    provisioned: z.boolean(),
    /** Where it was said to live when it became live: to be compared with what is derived and listed, never to be followed. */
    workspace_path: z.string().nullable(),
  })
  .refine(
    ({ kind, agent_key, agent_id_short }) =>
      agent_key === MAIN_AGENT_KEY
        ? agent_id_short === MAIN_AGENT_ID && (kind === "set_identity" || kind === "adopt")
        : agent_id_short !== MAIN_AGENT_ID,
    "The main agent is renamed or adopted, and nothing else",
  );
export type ClaimedRequest = z.infer<typeof claimedRequest>;

/** What `openclaw agents list` says of one agent, as stored in executor_runtime. */
export const runtimeAgent = z.object({
  id: z.string(),
  name: z.string(),
  emoji: z.string(),
  workspace: z.string(),
  isDefault: z.boolean(),
});
export type RuntimeAgent = z.infer<typeof runtimeAgent>;

/** What GET /executors/:id/runtime answers. Times are the database's, ISO 8601. */
export const executorRuntime = z.object({
  executorId,
  agents: z.array(runtimeAgent),
  /** Null: it has never listed its agents. */
  publishedAt: z.string().nullable(),
  ageSeconds: z.number().nonnegative().nullable(),
  /** When a newer list was asked for that is still to come; null when none is. */
  requestedAt: z.string().nullable(),
  /** Whether the executor was seen lately, so that an answer can be expected. */
  alive: z.boolean(),
});
export type ExecutorRuntime = z.infer<typeof executorRuntime>;

/** What the doctor of an executor says of one thing it looked at. `warn`: it works, with a drawback. `hint`: what to do. */
export const doctorFinding = z.object({
  check: z.string(),
  level: z.enum(["ok", "warn", "fail"]),
  message: z.string(),
  hint: z.string().optional(),
});
export type DoctorFinding = z.infer<typeof doctorFinding>;

/** A row of the view executor_findings: what the doctor found last, and when (ISO 8601). */
export const executorFindings = z.object({
  executor_id: executorId,
  reported_at: z.string(),
  findings: z.array(doctorFinding),
});
export type ExecutorFindings = z.infer<typeof executorFindings>;
