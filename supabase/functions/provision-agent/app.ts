import { Hono } from "hono";
import { cors } from "hono/cors";
import { adoptAgent } from "./adopt-agent.ts";
import { inBackground } from "./background.ts";
import type { CallerReader } from "./caller.ts";
import { cancelRequest } from "./cancel-request.ts";
import { createAgent } from "./create-agent.ts";
import type { Database } from "./database.ts";
import { editAgent } from "./edit-agent.ts";
import { enrollExecutor } from "./enroll-executor.ts";
import type { Environment } from "./environment.ts";
import { limitBody } from "./limit-body.ts";
import { logRefusal } from "./log.ts";
import type { MachineUsers } from "./machine-users.ts";
import { provisionAgain } from "./provision-again.ts";
import { readDocument } from "./read-document.ts";
import { readRuntime } from "./read-runtime.ts";
import { internalRefusal, Refusal } from "./refusal.ts";
import { removeAgent } from "./remove-agent.ts";
import { resolveDocument } from "./resolve-document.ts";
import { retryRequest } from "./retry-request.ts";
import { saveDocument } from "./save-document.ts";

/** Everything that supabase-js may send, and the key under which a repeated call is the same call. */
const ALLOWED_HEADERS = [
  "apikey",
  "authorization",
  "baggage",
  "content-type",
  "idempotency-key",
  "traceparent",
  "tracestate",
  "x-client-info",
  "x-region",
  "x-retry-count",
];

/** The routes of the function, under the path that the platform hands on: /provision-agent. */
export function createApp(
  { allowedOrigins }: Pick<Environment, "allowedOrigins">,
  readCaller: CallerReader,
  database: Database,
  machineUsers: MachineUsers,
): Hono {
  const app = new Hono({ strict: false }).basePath("/provision-agent");

  // Any origin unless told otherwise: a caller is known by its token alone, never by a cookie.
  app.use(
    cors({
      origin: allowedOrigins,
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      allowHeaders: ALLOWED_HEADERS,
      maxAge: 7200,
    }),
  );
  app.use(limitBody);

  app.post("/", async (c) => {
    const created = await createAgent(c.req.raw, readCaller, database);
    inBackground(database.failStuckRequests(), "fail_stuck_requests_failed");
    return c.json(created, 202);
  });

  app.post("/requests/:id/retry", async (c) => {
    const retried = await retryRequest(c.req.raw.headers, c.req.param("id"), readCaller, database);
    inBackground(database.failStuckRequests(), "fail_stuck_requests_failed");
    return c.json(retried, 202);
  });

  app.post("/requests/:id/cancel", async (c) => {
    return c.json(await cancelRequest(c.req.raw.headers, c.req.param("id"), readCaller, database));
  });

  app.patch("/projects/:projectId/agents/:agentKey", async (c) => {
    return c.json(await editAgent(c.req.raw, c.req.param(), readCaller, database), 202);
  });

  app.delete("/projects/:projectId/agents/:agentKey", async (c) => {
    const answer = await removeAgent(c.req.raw.headers, c.req.param(), readCaller, database);
    inBackground(database.failStuckRequests(), "fail_stuck_requests_failed");
    return c.json(answer, 202);
  });

  app.post("/projects/:projectId/agents/:agentKey/provision", async (c) => {
    return c.json(await provisionAgain(c.req.raw, c.req.param(), readCaller, database), 202);
  });

  app.get("/projects/:projectId/agents/:agentKey/files/:type", async (c) => {
    c.header("cache-control", "no-store");
    return c.json(await readDocument(c.req.raw.headers, c.req.param(), readCaller, database));
  });

  app.put("/projects/:projectId/agents/:agentKey/files/:type", async (c) => {
    return c.json(await saveDocument(c.req.raw, c.req.param(), readCaller, database), 202);
  });

  app.post("/projects/:projectId/agents/:agentKey/files/:type/resolve", async (c) => {
    return c.json(await resolveDocument(c.req.raw, c.req.param(), readCaller, database), 202);
  });

  app.post("/projects/:projectId/adopt", async (c) => {
    return c.json(await adoptAgent(c.req.raw, c.req.param(), readCaller, database), 202);
  });

  app.get("/executors/:id/runtime", async (c) => {
    const asked = { id: c.req.param("id"), refresh: c.req.query("refresh") === "1" };
    c.header("cache-control", "no-store");
    return c.json(await readRuntime(c.req.raw.headers, asked, readCaller, database));
  });

  app.post("/executors", async (c) => {
    const enrolled = await enrollExecutor(c.req.raw, readCaller, database, machineUsers);
    c.header("cache-control", "no-store");
    return c.json(enrolled, 201);
  });

  app.notFound(() => {
    throw new Refusal("There is nothing at this address", {
      status: 404,
      code: "not_found",
      hint: "POST /provision-agent makes an agent",
    });
  });
  app.onError((error, c) => {
    const refusal = error instanceof Refusal ? error : (cutBodyRefusal(error) ?? internalRefusal(error));
    logRefusal(refusal, c.req.method, c.req.path);
    return c.json(refusal.toBody(), refusal.status);
  });
  return app;
}

/** Deno's error when the caller is gone before its body was read. Nobody hears the answer; it is no fault of ours to the log. */
function cutBodyRefusal(error: Error): Refusal | undefined {
  if (error.name !== "BadResource") return undefined;
  return new Refusal("The body did not arrive whole", { status: 400, code: "invalid_request", cause: error });
}
