import { enrollExecutorCommand } from "../_shared/contract.ts";
import { inBackground } from "./background.ts";
import { type CallerReader, unauthorized } from "./caller.ts";
import type { Database } from "./database.ts";
import { logEvent } from "./log.ts";
import type { MachineUsers } from "./machine-users.ts";
import { parseCommand, readJson } from "./parse-command.ts";
import { Refusal } from "./refusal.ts";

type Enrolled = { executorId: string; email: string; password: string };

/**
 * POST /executors: a credential for one executor, `{executorId, email, password}`, in place of the one it had, which is
 * worth nothing from then on. The password is said this once and stored nowhere in clear. Throws a Refusal.
 */
export async function enrollExecutor(
  request: Request,
  readCaller: CallerReader,
  database: Database,
  machineUsers: MachineUsers,
): Promise<Enrolled> {
  const caller = await readCaller(request.headers);
  if (caller.role === "anon") throw unauthorized("Only who is signed in may enroll an executor", "Sign in first");
  if (caller.role === "authenticated" && !(await database.ownsEveryProject(caller.requestedBy))) {
    throw new Refusal("Only who owns every project may enroll an executor, because it serves them all", {
      status: 403,
      code: "forbidden",
      hint: "Ask such an owner, or use the service role key",
    });
  }
  const { executorId, displayName } = parseCommand(enrollExecutorCommand, await readJson(request));

  // A new user each time: a token of the old one stays valid for an hour, but not for this executor.
  const { id, email, password } = await machineUsers.create(executorId, displayName ?? executorId);
  const superfluous = (ids: string[]) =>
    inBackground(Promise.all(ids.map((one) => machineUsers.remove(one))), "machine_user_not_removed");
  try {
    const { replaced } = await database.enrollExecutor(id, executorId, caller.requestedBy);
    superfluous(replaced);
  } catch (error) {
    superfluous([id]);
    throw error;
  }
  logEvent("info", "executor_enrolled", { executorId, userId: id, by: caller.requestedBy });
  return { executorId, email, password };
}
