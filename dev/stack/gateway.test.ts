import { once } from "node:events";
import { connect } from "node:net";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { sendSignal } from "./process-table.ts";
import { startTestStack, type TestStack } from "./test-stack.ts";

const schema = `
  create table notes (id int generated always as identity primary key, body text not null, owner uuid default auth.uid());
  alter table notes enable row level security;
  grant select, insert on notes to authenticated;
  grant select on notes to anon;
  grant all on notes to service_role;
  create policy notes_select_anyone on notes for select to anon using (owner is null);
  create policy notes_select_owner on notes for select to authenticated using (owner = (select auth.uid()));
  create policy notes_insert_owner on notes for insert to authenticated with check (owner = (select auth.uid()));
  insert into notes (body, owner) values ('for everybody', null);
  create table forgotten (id int primary key);
  create function who_am_i() returns jsonb language sql as $$
    select jsonb_build_object('user', current_user, 'role', auth.role(), 'uid', auth.uid())
  $$;`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(schema);
});
afterAll(() => stack.stop());

const bodies = async (client: SupabaseClient) =>
  (await client.from("notes").select("body").order("id").throwOnError()).data;

test("clients that reset the connection while they are refused do no harm", async () => {
  const { port } = new URL(stack.apiUrl);
  const resets = Array.from({ length: 20 }, async () => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write("GET /nope HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.resetAndDestroy();
    await once(socket, "close");
  });
  await Promise.all(resets);
  expect(await bodies(stack.client())).toEqual([{ body: "for everybody" }]);
});

describe("keys", () => {
  test.for([
    ["publishableKey", "anon"],
    ["anonKey", "anon"],
    ["secretKey", "service_role"],
    ["serviceRoleKey", "service_role"],
  ] as const)("%s acts as %s", async ([key, role]) => {
    const { data } = await stack.client(stack[key]).rpc("who_am_i").throwOnError();
    expect(data).toEqual({ user: role, role, uid: null });
  });

  test("a key of another stack is refused", async () => {
    const { error, status } = await stack.client("sb_publishable_of_somebody_else").from("notes").select();
    expect([status, error?.message]).toEqual([401, "Invalid API key"]);
  });

  test("a request without a key is refused, even with a valid token", async () => {
    const answer = await fetch(`${stack.apiUrl}/rest/v1/notes`, {
      headers: { authorization: `Bearer ${stack.serviceRoleKey}` },
    });
    expect([answer.status, await answer.json()]).toMatchObject([401, { message: "No API key found in request" }]);
  });

  test("a key in the address works as well as one in a header", async () => {
    const answer = await fetch(`${stack.apiUrl}/rest/v1/notes?select=body&apikey=${stack.publishableKey}`);
    expect(await answer.json()).toEqual([{ body: "for everybody" }]);
  });
});

describe("rows", () => {
  test("a signed-in user inserts and sees their own rows, anon and the service role see by their policies", async () => {
    await stack.auth.createUser({ email: "notes@example.com", password: "correct horse" });
    const client = stack.client();
    await client.auth.signInWithPassword({ email: "notes@example.com", password: "correct horse" });
    const inserted = await client.from("notes").insert({ body: "mine" }).select("body, owner").single();
    const { data: me } = await client.auth.getUser();
    expect(inserted.data).toEqual({ body: "mine", owner: me.user?.id });
    expect(await bodies(client)).toEqual([{ body: "mine" }]);
    expect(await bodies(stack.client())).toEqual([{ body: "for everybody" }]);
    expect(await bodies(stack.client(stack.secretKey))).toEqual([{ body: "for everybody" }, { body: "mine" }]);
  });

  test("anon may not insert", async () => {
    const { error, status } = await stack.client().from("notes").insert({ body: "graffiti" });
    expect([status, error?.code]).toEqual([401, "42501"]);
  });

  test("a table without grants is closed even to the service role", async () => {
    const { error, status } = await stack.client(stack.secretKey).from("forgotten").select();
    expect([status, error?.code]).toEqual([403, "42501"]);
  });

  test("2 MB go up and come back unchanged", async () => {
    const body = "Ω🦊".repeat(400_000);
    const service = stack.client(stack.secretKey);
    const { data } = await service.from("notes").insert({ body }).select("id, body").single().throwOnError();
    expect(data?.["body"] === body).toBe(true);
    await service.from("notes").delete().eq("id", data?.["id"]).throwOnError();
  });

  test("notify reloads the schema: a new table is there without a restart", async () => {
    await stack.sql("create table late (id int); grant select on late to anon; notify pgrst, 'reload schema'");
    await vi.waitFor(async () => expect((await stack.client().from("late").select()).status).toBe(200), 30_000);
  });
});

describe("browsers", () => {
  test.for(["rest", "auth"])("a preflight to %s is answered for every origin", async (part) => {
    const answer = await fetch(`${stack.apiUrl}/${part}/v1/anything`, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:5173",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "apikey,x-client-info",
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-headers")).toBe("apikey,x-client-info");
    expect(answer.headers.get("access-control-allow-methods")).toContain("PATCH");
  });

  test("an answer allows its reading exactly once, and exposes the count", async () => {
    const headers = { apikey: stack.anonKey, origin: "http://localhost:5173", prefer: "count=exact" };
    const answer = await fetch(`${stack.apiUrl}/rest/v1/notes?limit=0`, { headers });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-expose-headers")).toContain("content-range");
  });
});

describe("what is not there", () => {
  test("an unknown address is a 404", async () => {
    expect((await fetch(`${stack.apiUrl}/storage/v1/bucket`)).status).toBe(404);
  });

  test("sockets are refused when Realtime is switched off", async () => {
    const url = `${stack.apiUrl.replace("http", "ws")}/realtime/v1/websocket?apikey=${stack.anonKey}&vsn=2.0.0`;
    const [error] = await once(new WebSocket(url), "error");
    expect(String(error)).toContain("503");
  });

  test("a dead PostgREST is a 503 in words, reported by the stack, and Auth still works", async () => {
    const postgrest = stack.children.find(({ name }) => name === "postgrest");
    sendSignal(postgrest?.pid ?? 0, "SIGKILL");
    expect((await stack.crashed).message).toMatch(/^postgrest ended \(signal SIGKILL\)/);
    // Without supabase-js' own retries.
    const plain = createClient(stack.apiUrl, stack.anonKey, { auth: { persistSession: false } });
    const { status, error } = await plain.from("notes").select().retry(false);
    expect([status, error?.code]).toEqual([503, "upstream_unavailable"]);
    expect(error?.message).toContain("PostgREST is not answering");
    const health = await fetch(`${stack.apiUrl}/auth/v1/health`, { headers: { apikey: stack.anonKey } });
    expect(health.status).toBe(200);
  });
});
