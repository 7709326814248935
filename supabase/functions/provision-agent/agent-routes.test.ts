import { createClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { errorBody, executorRuntime } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

type User = FunctionStack["user"];

let served: FunctionStack;
let people: Record<"viewer" | "operator" | "executor" | "stranger", User>;
beforeAll(async () => {
  served = await startFunctionStack();
  people = {
    viewer: await served.newUser("viewer"),
    operator: await served.newUser("operator"),
    executor: await served.newUser("executor"),
    stranger: await served.newUser(),
  };
  await served.database.query(
    `insert into public.executors (id, display_name, instance_id, workspace_root)
     values ('mini', 'Studio', gen_random_uuid(), '~/.openclaw')`,
  );
});
afterAll(() => served.stop());

const setMode = (mode: "open" | "members") =>
  served.database.query("update private.settings set value = to_jsonb($1::text) where key = 'access_mode'", [mode]);
afterEach(async () => {
  await setMode("open");
  await served.database.query(
    `truncate public.agents, public.agent_status, public.brain_docs, public.agent_provision_requests, public.activities,
     public.executor_runtime cascade`,
  );
});

const RICKY = "/projects/front-office/agents/agent:ricky:main";
const as = ({ token }: User) => ({ apikey: served.stack.publishableKey, authorization: `Bearer ${token}` });

function call(method: string, path: string, body?: unknown, headers = as(served.user)) {
  return served.call({ method, path, headers, ...(body !== undefined && { body }) });
}

const about = z.looseObject({ id: z.guid(), kind: z.string(), status: z.string(), requested_by: z.string() });
const both = z.strictObject({ agent: z.looseObject({ name: z.string() }), request: about.nullable() });
async function accepted<T>(schema: z.ZodType<T>, answered: Promise<Response>): Promise<T> {
  const response = await answered;
  expect(response.status).toBe(202);
  return schema.parse(await response.json());
}
async function refused(answered: Promise<Response>) {
  const response = await answered;
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  return { status: response.status, ...errorBody.strict().parse(await response.json()).error };
}

/** Ricky, live on mini; or only listed there. */
async function live() {
  await served.database.query(
    `insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, provisioned, executor_id)
     values ('front-office', 'agent:ricky:main', 'Ricky', '🦊', 'ricky', true, 'mini')`,
  );
}
const list = (...ids: string[]) =>
  served.database.query(
    "insert into public.executor_runtime (executor_id, agents, published_at) values ('mini', $1, now())",
    [
      JSON.stringify(
        ids.map((id) => ({
          id,
          name: "Rosa",
          emoji: "🌹",
          workspace: `~/.openclaw/workspace-${id}`,
          isDefault: false,
        })),
      ),
    ],
  );

test("a page of another origin may rename, remove, save and look", async () => {
  const response = await served.call({ method: "OPTIONS", path: RICKY, headers: { origin: "https://page.example" } });
  expect(response.headers.get("access-control-allow-methods")?.split(",").sort()).toEqual([
    "DELETE",
    "GET",
    "PATCH",
    "POST",
    "PUT",
  ]);
});

test("an agent is renamed and removed with supabase-js, and who asked is remembered", async () => {
  await live();
  const client = createClient(served.stack.apiUrl, served.stack.publishableKey, {
    accessToken: async () => served.user.token,
  });
  const invoke = async (method: "PATCH" | "DELETE", body?: object) => {
    const options = { method, ...(body && { body }) };
    const { data, error, response } = await client.functions.invoke(`provision-agent${RICKY}`, options);
    if (error) throw new Error(await response?.text(), { cause: error });
    expect(response?.status).toBe(202);
    return data;
  };
  const edited = both.parse(await invoke("PATCH", { displayName: "  Rick ", emoji: "🐙" }));
  expect(edited).toMatchObject({
    agent: { name: "Rick", emoji: "🐙" },
    request: { kind: "set_identity", requested_by: served.user.id },
  });
  const removed = await invoke("DELETE");
  expect(removed).toMatchObject({ removed: false, request: { kind: "deprovision", requested_by: served.user.id } });
  expect(await invoke("DELETE")).toEqual(removed);
  await expect(refused(call("PATCH", RICKY, { displayName: "Rosa" }))).resolves.toMatchObject({
    ...{ status: 409, code: "agent_deleting", hint: expect.any(String) },
  });
  await expect(
    refused(call("POST", "", { projectId: "front-office", displayName: "Ricky", agentKey: "agent:ricky:main" })),
  ).resolves.toMatchObject({ status: 409, code: "agent_deleting" });
});

test("an agent that nobody took up is gone with the answer", async () => {
  await call("POST", "", { projectId: "front-office", displayName: "Ricky" });
  expect(await accepted(z.looseObject({ removed: z.boolean() }), call("DELETE", RICKY))).toMatchObject({
    ...{ removed: true, request: { status: "error", result: { code: "cancelled" } } },
  });
  await expect(refused(call("DELETE", RICKY))).resolves.toMatchObject({ status: 404, code: "not_found" });
});

test("trunks is the main agent: renamed, never removed nor provisioned", async () => {
  await served.database.query(
    `insert into public.agents (project_id, agent_key, name, agent_id_short, provisioned, executor_id)
     values ('front-office', 'agent:main:main', 'Trunks', 'main', true, 'mini')`,
  );
  const edited = await accepted(both, call("PATCH", "/projects/front-office/agents/trunks", { displayName: "Goten" }));
  expect(edited).toMatchObject({ request: { kind: "set_identity", agent_key: "agent:main:main" } });
  for (const key of ["trunks", "agent:main:main"]) {
    const path = `/projects/front-office/agents/${key}`;
    await expect(refused(call("DELETE", path))).resolves.toMatchObject({ status: 403, code: "forbidden" });
    await expect(refused(call("POST", `${path}/provision`, {}))).resolves.toMatchObject({ status: 403 });
  }
});

test("an agent that is missing is provisioned again", async () => {
  await live();
  await expect(refused(call("POST", `${RICKY}/provision`, {}))).resolves.toMatchObject({
    ...{ status: 409, code: "agent_live" },
  });
  await list("main");
  const again = await accepted(both, call("POST", `${RICKY}/provision`, {}));
  expect(again).toMatchObject({ agent: { provisioned: false }, request: { kind: "provision", status: "queued" } });
  await expect(refused(call("POST", `${RICKY}/provision`, { executorId: "ghost" }))).resolves.toMatchObject({
    status: 404,
    code: "executor_not_found",
    field: "executorId",
  });
});

test("what an executor lists is read, asked for anew, and adopted", async () => {
  await list("rosa");
  const runtime = executorRuntime.parse(await (await call("GET", "/executors/mini/runtime")).json());
  expect(runtime).toMatchObject({ agents: [{ id: "rosa" }], requestedAt: null, alive: true });
  await served.database.query("update public.executor_runtime set published_at = now() - interval '1 minute'");
  const asked = executorRuntime.parse(await (await call("GET", "/executors/mini/runtime?refresh=1")).json());
  expect(asked.requestedAt).not.toBeNull();
  const body = { executorId: "mini", agentId: "rosa", roleShort: "Kitchen" };
  expect(await accepted(both, call("POST", "/projects/front-office/adopt", body))).toMatchObject({
    agent: { agent_key: "agent:rosa:main", name: "Rosa", emoji: "🌹", role: "Kitchen" },
    request: { kind: "adopt", requested_by: served.user.id },
  });
  await expect(
    refused(call("POST", "/projects/front-office/adopt", { ...body, agentId: "ghost" })),
  ).resolves.toMatchObject({ status: 409, code: "not_in_runtime", field: "agentId" });
});

test("addresses and bodies that are none are refused with the part that is wrong", async () => {
  const agents = "/projects/front-office/agents";
  const wrong: [string, string, unknown, string | undefined][] = [
    ["DELETE", `${agents}/ricky`, undefined, "agentKey"],
    ["DELETE", `${agents}/agent:Ricky:main`, undefined, "agentKey"],
    ["DELETE", `${agents}/agent:openclaw:main`, undefined, "agentKey"],
    ["PATCH", RICKY, {}, undefined],
    ["PATCH", RICKY, { displayName: "" }, "displayName"],
    ["PATCH", RICKY, { emoji: "fox" }, "emoji"],
    ["PATCH", RICKY, { roleShort: "a\nb" }, "roleShort"],
    ["PATCH", RICKY, { provisioned: true }, "provisioned"],
    ["POST", `${RICKY}/provision`, { executorId: "a b" }, "executorId"],
    ["POST", "/projects/front-office/adopt", { agentId: "rosa" }, "executorId"],
    ["POST", "/projects/front-office/adopt", { executorId: "mini", agentId: "" }, "agentId"],
    ["GET", "/executors/a%20b/runtime", undefined, "id"],
  ];
  for (const [method, path, body, field] of wrong) {
    const refusal = await refused(call(method, path, body));
    expect(refusal, `${method} ${path} ${JSON.stringify(body)}`).toMatchObject({
      status: 400,
      code: "invalid_request",
    });
    expect(refusal.field).toBe(field);
  }
});

const routes: [string, string, unknown][] = [
  ["PATCH", RICKY, { displayName: "Rick" }],
  ["DELETE", RICKY, undefined],
  ["POST", `${RICKY}/provision`, {}],
  ["POST", "/projects/front-office/adopt", { executorId: "mini", agentId: "rosa" }],
  ["GET", "/executors/mini/runtime?refresh=1", undefined],
];

test.each(routes)(
  "%s %s is for who signed in, among members for an operator, and for no machine",
  async (method, path, body) => {
    await live();
    await list("rosa");
    const rows = () =>
      served.database.query(
        "select (select count(*) from public.agent_provision_requests), a.name from public.agents as a",
      );
    const before = await rows();
    for (const key of [served.stack.publishableKey, served.stack.anonKey]) {
      const answered = served.call({ method, path, headers: { apikey: key }, ...(body !== undefined && { body }) });
      await expect(refused(answered)).resolves.toMatchObject({ status: 401, code: "unauthorized" });
    }
    await expect(refused(call(method, path, body, as(people.executor)))).resolves.toMatchObject({ status: 403 });
    await setMode("members");
    await expect(refused(call(method, path, body, as(people.viewer)))).resolves.toMatchObject({ status: 403 });
    await expect(refused(call(method, path, body, as(people.stranger)))).resolves.toMatchObject(
      method === "GET" ? { status: 403, code: "forbidden" } : { status: 404, code: "project_not_found" },
    );
    expect(await rows()).toEqual(before);
    if (path.endsWith("/provision")) await served.database.query("update public.agents set provisioned = false");
    expect((await call(method, path, body, as(people.operator))).status).toBe(method === "GET" ? 200 : 202);
  },
);

test("among members a viewer looks at an executor", async () => {
  await setMode("members");
  expect((await call("GET", "/executors/mini/runtime", undefined, as(people.viewer))).status).toBe(200);
});
