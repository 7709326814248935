import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FunctionsHttpError } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { startTestStack, type TestStack } from "./test-stack.ts";

const echo = `Deno.serve(async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith("/crash")) Deno.exit(3);
  if (request.method === "OPTIONS") return new Response("ok", { headers: { "x-answered-by": "function" } });
  return Response.json({
    pathname,
    body: await request.text(),
    authorization: request.headers.get("authorization"),
    env: Deno.env.toObject(),
  });
});`;
const config = "[functions.open]\nverify_jwt = false\n\n[functions.switched-off]\nenabled = false\n";

let stack: TestStack;
let supabaseDir: string;
beforeAll(async () => {
  supabaseDir = await mkdtemp(join(tmpdir(), "hatchery-functions-"));
  for (const name of ["open", "guarded", "switched-off", "_shared"]) {
    await mkdir(join(supabaseDir, "functions", name), { recursive: true });
    await writeFile(join(supabaseDir, "functions", name, "index.ts"), echo);
  }
  await writeFile(join(supabaseDir, "config.toml"), config);
  process.env["SECRET_OF_THE_DEVELOPER"] = "theirs alone";
  stack = await startTestStack("select", { functions: true, supabaseDir });
});
afterAll(async () => {
  await stack.stop();
  await rm(supabaseDir, { recursive: true });
});

const readEcho = async (answer: Response) =>
  z.object({ body: z.string(), env: z.record(z.string(), z.string()) }).parse(await answer.json());
const call = (path: string, init: RequestInit = {}) => fetch(`${stack.apiUrl}/functions/v1/${path}`, init);

test("supabase-js invokes a function with its body, under its own path", async () => {
  const { data, error } = await stack.client().functions.invoke("open", { body: { name: "Ricky" } });
  expect(error).toBeNull();
  expect(data).toMatchObject({ pathname: "/open", body: '{"name":"Ricky"}' });
  expect(await (await call("open/projects/x?y=1")).json()).toMatchObject({ pathname: "/open/projects/x" });
});

test("a function has the environment of a hosted one, and nothing of the developer's", async () => {
  const { env } = await readEcho(await call("open"));
  expect(env).toMatchObject({
    SUPABASE_URL: stack.apiUrl,
    SUPABASE_DB_URL: stack.dbUrl,
    SUPABASE_ANON_KEY: stack.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: stack.serviceRoleKey,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: stack.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: stack.secretKey }),
    SUPABASE_JWKS: '{"keys":[]}',
  });
  expect(env).not.toHaveProperty("SECRET_OF_THE_DEVELOPER");
  expect(env).not.toHaveProperty("HOME");
});

test("a function answers its own preflight, whether it is guarded or not", async () => {
  for (const name of ["open", "guarded"]) {
    expect((await call(name, { method: "OPTIONS" })).headers.get("x-answered-by")).toBe("function");
  }
});

test("verify_jwt refuses no token and anything that is not a JWT, and lets a JWT through", async () => {
  const none = await call("guarded");
  expect([none.status, await none.json()]).toEqual([
    401,
    { code: "UNAUTHORIZED_NO_AUTH_HEADER", message: "Missing authorization header" },
  ]);
  const opaque = await call("guarded", { headers: { authorization: `Bearer ${stack.publishableKey}` } });
  expect([opaque.status, await opaque.json()]).toEqual([
    401,
    { code: "UNAUTHORIZED_INVALID_JWT_FORMAT", message: "Invalid JWT" },
  ]);
  expect((await call("guarded", { headers: { authorization: `Bearer ${stack.anonKey}` } })).status).toBe(200);
});

test.for(["unknown", "_shared", "switched-off"])("the function %s is not found", async (name) => {
  const { error } = await stack.client().functions.invoke(name);
  expect(error).toBeInstanceOf(FunctionsHttpError);
  expect(error.context.status).toBe(404);
});

test("2 MB go through a function", async () => {
  const body = "x".repeat(2_000_000);
  const answer = await readEcho(await call("open", { method: "POST", body }));
  expect(answer.body.length).toBe(body.length);
});

test("a function that crashed says so and is started again by the next request", async () => {
  const crashed = await call("open/crash");
  expect([crashed.status, await crashed.json()]).toMatchObject([500, { code: "WORKER_ERROR" }]);
  // Until the process is quite gone its port may still be open.
  await vi.waitFor(async () => {
    const [one, other] = await Promise.all([call("open"), call("open")]);
    expect([one.status, other.status]).toEqual([200, 200]);
  }, 10_000);
});

test("a function that does not start ends the start of the stack with its own words", async () => {
  const broken = await mkdtemp(join(tmpdir(), "hatchery-functions-"));
  await mkdir(join(broken, "functions", "broken"), { recursive: true });
  await writeFile(join(broken, "functions", "broken", "index.ts"), "throw new Error('no such luck')");
  const start = startTestStack("select", { functions: true, supabaseDir: broken });
  await expect(start).rejects.toThrow(/function-broken ended while starting \(exit code 1\)[\s\S]*no such luck/);
  await rm(broken, { recursive: true });
});
