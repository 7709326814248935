import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { inBackground } from "./background.ts";
import type { CallerReader } from "./caller.ts";
import { createAgent } from "./create-agent.ts";
import type { Database } from "./database.ts";
import { logRefusal } from "./log.ts";
import { internalRefusal, Refusal } from "./refusal.ts";
import { retryRequest } from "./retry-request.ts";

/** Room for the largest command many times over. */
const LARGEST_BODY_BYTES = 256 * 1024;

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
export function createApp(readCaller: CallerReader, database: Database): Hono {
  const app = new Hono({ strict: false }).basePath("/provision-agent");

  // Any origin: a caller is known by its token alone, never by a cookie.
  app.use(
    cors({
      origin: "*",
      allowMethods: ["POST"],
      allowHeaders: ALLOWED_HEADERS,
      maxAge: 7200,
    }),
  );
  app.use(
    bodyLimit({
      maxSize: LARGEST_BODY_BYTES,
      onError: () => {
        throw new Refusal(`The body is larger than ${LARGEST_BODY_BYTES / 1024} KiB`, {
          status: 413,
          code: "payload_too_large",
        });
      },
    }),
  );

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

  app.notFound(() => {
    throw new Refusal("There is nothing at this address", {
      status: 404,
      code: "not_found",
      hint: "POST /provision-agent makes an agent",
    });
  });
  app.onError((error, c) => {
    const refusal = error instanceof Refusal ? error : internalRefusal(error);
    logRefusal(refusal, c.req.method, c.req.path);
    return c.json(refusal.toBody(), refusal.status);
  });
  return app;
}
