import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack } from "../stack/index.ts";
import { testCluster } from "./test-cluster.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

export type FunctionStack = {
  stack: Stack;
  database: TestDatabase;
  /** Access token of a signed-in user who owns the project, and who that is. */
  user: { id: string; token: string };
  /** A new user who is signed in: a member of this role, an executor's, or nobody in particular. Answers id and token. */
  newUser(role?: "viewer" | "operator" | "owner" | "executor"): Promise<FunctionStack["user"]>;
  /** The function as the gateway offers it; `path` begins after its name. */
  call(request: {
    path?: string;
    method?: string;
    headers?: Record<string, string>;
    body?: unknown;
  }): Promise<Response>;
  /** What the function wrote so far, one entry a line. */
  readLog(): Promise<string[]>;
  stop(): Promise<void>;
};

/** A stack that serves the Edge Function over a migrated database of its own, with the project `front-office`. */
export async function startFunctionStack(): Promise<FunctionStack> {
  const database = await createTestDatabase();
  await database.query("insert into public.projects (id, name) values ('front-office', 'Front Office')");
  const stateDir = await mkdtemp(join(tmpdir(), "hatchery-function-"));
  const stack = await startStack({
    stateDir,
    databaseName: database.name,
    postgres: testCluster(),
    realtime: false,
  });
  const newUser: FunctionStack["newUser"] = async (role) => {
    const user = await stack.auth.createUser({ email: `${randomUUID()}@example.com`, password: "a long password" });
    if (role === "executor") {
      await database.query("insert into private.executor_credentials (user_id, executor_id) values ($1, 'mini')", [
        user.id,
      ]);
    } else if (role !== undefined) {
      await database.query(
        "insert into public.project_members (project_id, user_id, role) values ('front-office', $1, $2)",
        [user.id, role],
      );
    }
    return { id: user.id, token: (await stack.auth.createSession(user)).access_token };
  };

  return {
    stack,
    database,
    user: await newUser("owner"),
    newUser,
    call: ({ path = "", method = "POST", headers = {}, body }) =>
      fetch(`${stack.apiUrl}/functions/v1/provision-agent${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    readLog: async () => (await readFile(join(stateDir, "logs", "function-provision-agent.log"), "utf8")).split("\n"),
    async stop() {
      await stack.stop();
      await database.drop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
