import type { BatchError } from "../_shared/contract.ts";
import { type Caller, unauthorized } from "./caller.ts";
import type { Database } from "./database.ts";
import { Refusal } from "./refusal.ts";

/** Throws a Refusal (401) for a caller with a public key alone, unless the project is open to them. */
export async function requireOpenToAnon(caller: Caller, database: Database): Promise<void> {
  if (caller.role === "anon" && (await database.readAccessMode()) !== "open") {
    throw unauthorized("This project is open to its members only", "Sign in first");
  }
}

/** Throws a Refusal (401) for a caller with a public key alone: `what` they may not do. */
export function requireSignedIn(caller: Caller, what: string): void {
  if (caller.role === "anon") throw unauthorized(`Only who is signed in may ${what}`, "Sign in first");
}

/**
 * Throws the database's Refusal for a person who may not write in this project, and for any machine user. What is open to
 * anon is said elsewhere, and the service role may everything.
 */
export async function requireMayWrite(caller: Caller, projectId: string, database: Database): Promise<void> {
  if (caller.role === "authenticated") await database.requireMay(caller.requestedBy, projectId, "write");
}

/** The same for a person who may not read in this project. */
export async function requireMayRead(caller: Caller, projectId: string, database: Database): Promise<void> {
  if (caller.role === "authenticated") await database.requireMay(caller.requestedBy, projectId, "read");
}

/** The same for the project of a request. */
export async function requireMayChange(caller: Caller, requestId: string, database: Database): Promise<void> {
  if (caller.role === "authenticated") await database.requireMayChange(caller.requestedBy, requestId);
}

/** The same for every project of a batch; the Refusal says which agents it is about. */
export async function requireMayWriteAll(
  caller: Caller,
  agents: { projectId: string }[],
  database: Database,
): Promise<void> {
  const projectIds = [...new Set(agents.map(({ projectId }) => projectId))];
  const refusals = new Map<string, Refusal>();
  await Promise.all(
    projectIds.map(async (projectId) => {
      try {
        await requireMayWrite(caller, projectId, database);
      } catch (error) {
        if (!(error instanceof Refusal) || error.status === 500) throw error;
        refusals.set(projectId, error);
      }
    }),
  );
  const errors = agents.flatMap(({ projectId }, index) => toBatchError(refusals.get(projectId), index));
  const first = refusals.get(projectIds.find((id) => refusals.has(id)) ?? "");
  if (first === undefined) return;
  const { message, status, code, hint } = first;
  throw new Refusal(message, { status, code, hint, errors, cause: first });
}

function toBatchError(refusal: Refusal | undefined, index: number): BatchError[] {
  if (refusal === undefined) return [];
  const { code, message, hint } = refusal;
  return [{ index, code, message, field: "projectId", ...(hint !== undefined && { hint }) }];
}
