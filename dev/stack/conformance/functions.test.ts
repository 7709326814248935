import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, FunctionsFetchError, FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { TestStack } from "../test-stack.ts";
import { startLibrary } from "./library.ts";

const desk = `
const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "apikey, authorization, content-type" };
Deno.serve(async (request) => {
  if (request.method === "OPTIONS") return new Response("ok", { headers: cors });
  const place = new URL(request.url).pathname.split("/").at(-1);
  if (place === "text") return new Response("a plain word", { headers: cors });
  if (place === "bytes") return new Response(new Uint8Array([1, 2, 3]), { headers: { "content-type": "application/octet-stream" } });
  if (place === "refuse") return Response.json({ error: { code: "shelf_full" } }, { status: 422, headers: cors });
  if (place === "slow") await new Promise((resolve) => setTimeout(resolve, 1000));
  if (place === "throw") throw new Error("A bug");
  if (place === "exit") Deno.exit(3);
  const { method, url, headers } = request;
  const seen = { method, path: new URL(url).pathname, headers: Object.fromEntries(headers), body: await request.text() };
  return Response.json(seen, { headers: cors });
});`;

let stack: TestStack;
let supabaseDir: string;
let client: SupabaseClient;
beforeAll(async () => {
  supabaseDir = await mkdtemp(join(tmpdir(), "hatchery-conformance-"));
  for (const name of ["desk", "guarded"]) {
    await mkdir(join(supabaseDir, "functions", name), { recursive: true });
    await writeFile(join(supabaseDir, "functions", name, "index.ts"), desk);
  }
  await writeFile(join(supabaseDir, "config.toml"), "[functions.desk]\nverify_jwt = false\n");
  stack = await startLibrary({ functions: true, supabaseDir });
  await stack.auth.createUser({ email: "ann@example.com", password: "correct horse" });
  client = stack.client();
});
afterAll(async () => {
  await stack.stop();
  await rm(supabaseDir, { recursive: true });
});

/** The status and body of an invocation that the function, or the platform before it, refused. */
async function refusal(invocation: ReturnType<SupabaseClient["functions"]["invoke"]>) {
  const { data, error } = await invocation;
  expect(data).toBeNull();
  expect(error).toBeInstanceOf(FunctionsHttpError);
  const { status, headers } = error.context;
  return { status, code: headers.get("sb-error-code"), body: await error.context.text() };
}

describe("what the function gets", () => {
  test("an object arrives as JSON by POST, and its JSON answer comes back as an object", async () => {
    const { data, error } = await client.functions.invoke("desk", { body: { title: "Dune" } });
    expect(error).toBeNull();
    expect(data).toMatchObject({ method: "POST", path: "/desk", body: '{"title":"Dune"}' });
    expect(data.headers["content-type"]).toBe("application/json");
  });

  test.each(["GET", "PUT", "PATCH", "DELETE"] as const)("%s to a path below it", async (method) => {
    const { data } = await client.functions.invoke("desk/shelves/1?page=2", { method });
    expect(data).toMatchObject({ method, path: "/desk/shelves/1" });
  });

  test("headers of one's own", async () => {
    const { data } = await client.functions.invoke("desk", { headers: { "Idempotency-Key": "7f9c", "x-mine": "é" } });
    expect(data.headers).toMatchObject({ "idempotency-key": "7f9c", "x-mine": "é" });
  });

  test("the key as it is, and no bearer while nobody is signed in", async () => {
    const { data } = await client.functions.invoke("desk");
    expect(data.headers["apikey"]).toBe(stack.publishableKey);
    expect(data.headers).not.toHaveProperty("authorization");
  });

  test("a legacy key as the bearer too", async () => {
    const { data } = await stack.client(stack.anonKey).functions.invoke("desk");
    expect(data.headers).toMatchObject({ apikey: stack.anonKey, authorization: `Bearer ${stack.anonKey}` });
  });

  test("the token of who is signed in", async () => {
    const own = stack.client();
    const { data: signedIn } = await own.auth.signInWithPassword({
      email: "ann@example.com",
      password: "correct horse",
    });
    const { data } = await own.functions.invoke("desk");
    expect(data.headers["authorization"]).toBe(`Bearer ${signedIn.session?.access_token}`);
  });
});

describe("what the client gets", () => {
  test("text as text, bytes as a blob", async () => {
    expect((await client.functions.invoke("desk/text")).data).toBe("a plain word");
    const { data } = await client.functions.invoke("desk/bytes");
    expect(await data.bytes()).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("a refusal with its status and a body that can be read", async () => {
    const { status, body } = await refusal(client.functions.invoke("desk/refuse"));
    expect([status, JSON.parse(body)]).toEqual([422, { error: { code: "shelf_full" } }]);
  });

  test("500 and no detail when the handler throws", async () => {
    const { status, body } = await refusal(client.functions.invoke("desk/throw"));
    expect([status, body]).toEqual([500, "Internal Server Error"]);
  });

  test("500 with a code when the function ends, and an answer again from then on", async () => {
    const crash = await refusal(client.functions.invoke("desk/exit"));
    expect(crash).toMatchObject({ status: 500, code: "WORKER_ERROR" });
    expect(JSON.parse(crash.body)).toEqual({
      code: "WORKER_ERROR",
      message: "Function exited due to an error (please check logs)",
    });
    await vi.waitFor(async () => expect((await client.functions.invoke("desk")).error).toBeNull(), 10_000);
  });

  test("404 with a code when there is no such function", async () => {
    const unknown = await refusal(client.functions.invoke("nothing-here"));
    expect(unknown).toMatchObject({ status: 404, code: "NOT_FOUND" });
    expect(JSON.parse(unknown.body)).toEqual({ code: "NOT_FOUND", message: "Requested function was not found" });
  });

  test("a fetch error when nothing listens", async () => {
    const { data, error } = await createClient("http://127.0.0.1:9", stack.publishableKey).functions.invoke("desk");
    expect(data).toBeNull();
    expect(error).toBeInstanceOf(FunctionsFetchError);
  });

  test("a fetch error when it gives up waiting", async () => {
    const late = await client.functions.invoke("desk/slow", { timeout: 50 });
    const aborted = await client.functions.invoke("desk/slow", { signal: AbortSignal.timeout(50) });
    expect([late.error, aborted.error]).toEqual([expect.any(FunctionsFetchError), expect.any(FunctionsFetchError)]);
  });
});

describe("verify_jwt", () => {
  const guarded = (bearer?: string) =>
    client.functions.invoke("guarded", bearer === undefined ? {} : { headers: { Authorization: `Bearer ${bearer}` } });

  test("lets in a legacy key and a user's token", async () => {
    const user = await stack.auth.findUser("ann@example.com");
    if (user === undefined) throw new Error("Ann is missing");
    const { access_token } = await stack.auth.createSession(user);
    const answers = await Promise.all([guarded(stack.anonKey), guarded(stack.serviceRoleKey), guarded(access_token)]);
    expect(answers.map(({ error }) => error)).toEqual([null, null, null]);
  });

  test("refuses a request without a bearer, which is what a publishable key alone makes", async () => {
    const { status, code, body } = await refusal(guarded());
    expect([status, code]).toEqual([401, "UNAUTHORIZED_NO_AUTH_HEADER"]);
    expect(JSON.parse(body)).toEqual({ code: "UNAUTHORIZED_NO_AUTH_HEADER", message: "Missing authorization header" });
  });

  test.each(["publishableKey", "secretKey"] as const)("refuses the %s as a bearer: it is no JWT", async (key) => {
    const { status, body } = await refusal(guarded(stack[key]));
    expect([status, JSON.parse(body)]).toEqual([
      401,
      { code: "UNAUTHORIZED_INVALID_JWT_FORMAT", message: "Invalid JWT" },
    ]);
  });

  test("refuses a token that somebody else signed", async () => {
    const [header, payload] = stack.anonKey.split(".");
    const { status, code } = await refusal(guarded(`${header}.${payload}.${"A".repeat(43)}`));
    expect([status, code]).toEqual([401, "UNAUTHORIZED_LEGACY_JWT"]);
  });
});

describe("browsers", () => {
  const origin = "http://localhost:5173";

  test.each(["desk", "guarded"])("a preflight of %s reaches the function, which answers it", async (name) => {
    const answer = await fetch(`${stack.apiUrl}/functions/v1/${name}`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "idempotency-key" },
    });
    expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
    expect(answer.headers.get("access-control-allow-headers")).toBe("apikey, authorization, content-type");
  });

  test("may read an answer when the function says so, and only then", async () => {
    const allowed = async (path: string) => {
      const answer = await fetch(`${stack.apiUrl}/functions/v1/${path}`, { headers: { origin } });
      return answer.headers.get("access-control-allow-origin");
    };
    expect([await allowed("desk"), await allowed("desk/bytes"), await allowed("guarded")]).toEqual(["*", null, null]);
  });
});
