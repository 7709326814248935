import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { DoneResult, ErrorCode, RequestStep, RuntimeAgent, StepProgress } from "#contract";
import type { Database } from "#database";
import { createDatabaseCall } from "./database-call.ts";
import { createDocumentVerbs, documentRows, type StoredDocument } from "./document-verbs.ts";
import type { Redact } from "./redact.ts";

/** One claimed row, not yet trusted: `row` is parsed by whoever runs it. */
export interface Claim {
  requestId: string;
  /** 1 for the first try. */
  attempt: number;
  /** Fences every later word about this row. */
  claimToken: string;
  row: unknown;
}

// Types, not interfaces: only those are assignable to the JSON of the generated types.
export type RequestFailure = {
  code: ErrorCode;
  message: string;
  hint?: string;
  step?: RequestStep;
};

/** Why an executor that is there claims nothing for now. */
export type Problem = { code: ErrorCode; message: string; hint?: string; since: string };

/** What an executor says of itself in each heartbeat. */
export type AboutExecutor = {
  displayName: string;
  platform: string;
  version: string;
  contractVersion: number;
  openclawVersion: string | null;
  workspaceRoot: string;
  counters: Record<string, number>;
  problem?: Problem | null;
};

interface QueueOptions {
  executorId: string;
  /** One per process: tells two starts of the same executor apart. */
  instanceId: string;
  /** Earlier instances that are known to be dead. */
  replaces?: string[];
  leaseSeconds: number;
  /** All projects when absent. */
  projectIds?: string[] | undefined;
  /** What every text passes that is written into a row. */
  redact: Redact;
  /** Longest wait for one answer. */
  timeoutMs?: number;
}

const settled = z.enum(["settled", "already_settled", "lost"]);
const claimedRows = z.array(z.looseObject({ request_id: z.uuid(), attempts: z.number().int() }));
const leaseRow = z.tuple([z.object({ held: z.boolean(), cancel_requested: z.boolean() })]);
const heartbeatRow = z.tuple([z.object({ now: z.string(), runtime_requested_at: z.string().nullable() })]);
const stuckRow = z.tuple([
  z.object({ requeued: z.number().int(), failed: z.number().int(), expired: z.number().int() }),
]);
const nothing = z.null();

export type RequestQueue = ReturnType<typeof createRequestQueue>;

/**
 * The database's functions for executors as typed verbs. Every verb throws a `QueueError`, for a refusal, an answer of
 * another shape, and no answer alike, and none is tried twice here.
 */
export function createRequestQueue(client: SupabaseClient<Database>, options: QueueOptions) {
  const { executorId: executor, instanceId: instance, leaseSeconds, projectIds, redact } = options;
  const { timeoutMs = 10_000 } = options;
  // Named until the database has heard it: it then looks for what those have left.
  let replaces = options.replaces ?? [];
  // Postgres takes neither NUL nor half a character: a stray one, in whatever OpenClaw prints, would end in a refusal.
  const clean = (text: string) => redact(text.replaceAll("\0", "").toWellFormed());
  const cleanWords = <W extends { message: string; hint?: string }>(words: W): W => ({
    ...words,
    message: clean(words.message),
    ...(words.hint && { hint: clean(words.hint) }),
  });
  const listed = (agents: RuntimeAgent[]) =>
    agents.map(({ id, name, emoji, workspace, isDefault }) => ({
      ...{ id: clean(id), name: clean(name), emoji: clean(emoji), workspace: clean(workspace) },
      isDefault,
    }));

  const call = createDatabaseCall(client, timeoutMs);

  return {
    ...createDocumentVerbs(call, { executor, instance, clean, projectIds }),

    /** At most `freeSlots` rows. The same token gives the same rows again, so a lost answer costs nothing. */
    async claim(freeSlots: number, claimToken: string): Promise<Claim[]> {
      const filter = projectIds ? { project_ids: projectIds } : {};
      const rows = await call(
        "claim_provision_requests",
        { executor, instance, free_slots: freeSlots, claim_token: claimToken, lease_seconds: leaseSeconds, ...filter },
        claimedRows,
      );
      return rows.map((row) => ({ requestId: row.request_id, attempt: row.attempts, claimToken, row }));
    },

    /** `held`: the claim's lease runs anew. The others: it is over. `progress` is the whole list so far. */
    async renew(claim: Claim, progress: StepProgress[] | undefined, signal: AbortSignal): Promise<Renewed> {
      const args = { ...fence(claim), ...(progress ? { progress } : {}), lease_seconds: leaseSeconds };
      const [renewed] = await call("renew_provision_lease", args, leaseRow, signal);
      if (renewed.held) return "held";
      return renewed.cancel_requested ? "cancelled" : "lost";
    },

    async complete(claim: Claim, result: DoneResult, runtimeAgents: RuntimeAgent[]): Promise<Settled> {
      const shown = { ...result, workspaceDir: redact(result.workspaceDir) };
      const args = { ...fence(claim), result: shown, runtime_agents: listed(runtimeAgents) };
      return await call("complete_provision_request", args, settled);
    },

    /** Not permanent and attempts left: the database queues the request again, after a pause. */
    async fail(
      claim: Claim,
      {
        error,
        permanent,
        diagnostics,
      }: { error: RequestFailure; permanent: boolean; diagnostics?: string | undefined },
    ): Promise<Settled> {
      const more = diagnostics === undefined ? {} : { diagnostics: clean(diagnostics) };
      return await call(
        "fail_provision_request",
        { ...fence(claim), error: cleanWords(error), permanent, ...more },
        settled,
      );
    },

    /** Gives back a claim whose work never started, and with it the attempt. */
    async release(claim: Claim): Promise<"released" | "lost"> {
      return await call("release_provision_request", fence(claim), z.enum(["released", "lost"]));
    },

    /** @throws QueueError with code `lease_lost` when the claim does not hold any more */
    async readDocuments(claim: Claim): Promise<StoredDocument[]> {
      return await call("read_request_documents", fence(claim), documentRows);
    },

    /** A file as it lies in the workspace of this request's agent, of whoever wrote it. */
    async saveRequestDocument(claim: Claim, document: { type: string; content: string }) {
      const args = { ...fence(claim), doc_type: document.type, content: document.content };
      return await call("save_request_document", args, z.enum(["adopted", "conflict", "stale", "not_kept"]));
    },

    /**
     * @returns when somebody last asked for the runtime list, as the database writes it; null for never.
     * @throws QueueError that is `heldByAnother` while another process under this id was seen within 60 s
     */
    async recordHeartbeat(about: AboutExecutor): Promise<string | null> {
      const shown = {
        ...about,
        workspaceRoot: redact(about.workspaceRoot),
        ...(about.problem && { problem: cleanWords(about.problem) }),
        replaces,
        ...(projectIds && { projectIds }),
      };
      const [beat] = await call("record_heartbeat", { executor, instance, about: shown }, heartbeatRow);
      replaces = [];
      return beat.runtime_requested_at;
    },

    async publishRuntime(agents: RuntimeAgent[]): Promise<void> {
      await call("publish_runtime", { executor, instance, agents: listed(agents) }, nothing);
    },

    /** Requeues or ends what no executor holds any more; how many of each. */
    async failStuckRequests() {
      const [counts] = await call("fail_stuck_requests", {}, stuckRow);
      return counts;
    },
  };
}

export type Settled = z.infer<typeof settled>;

/** What became of a claim whose lease was to be renewed. */
export type Renewed = "held" | "cancelled" | "lost";

function fence({ requestId, claimToken }: Claim) {
  return { request_id: requestId, claim_token: claimToken };
}
