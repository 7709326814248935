import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

const answer = z.object({
  agent: z.object({ agent_key: z.string(), agent_id_short: z.string(), provisioned: z.boolean() }),
  request: z.object({ id: z.guid(), status: z.string(), agent_key: z.string(), requested_by: z.string() }),
});

let served: FunctionStack;
beforeAll(async () => {
  served = await startFunctionStack();
});
afterAll(() => served.stop());

/** Calls the function with supabase-js, as a page would, and asks for 202. */
async function create(body: Record<string, unknown>, { key = served.stack.publishableKey, token = "" } = {}) {
  const client = createClient(served.stack.apiUrl, key, token ? { accessToken: async () => token } : {});
  const { data, error, response } = await client.functions.invoke("provision-agent", {
    body: { projectId: "front-office", ...body },
  });
  if (error) throw new Error(await response?.text(), { cause: error });
  expect(response?.status).toBe(202);
  return answer.parse(data);
}

test("one call with the publishable key makes the agent, its status, its documents and its request", async () => {
  const { agent, request } = await create({
    displayName: "Ricky",
    emoji: "🦊",
    roleShort: "Answers support mail",
    color: "#FF8800",
    agentKey: "agent:ricky:main",
  });
  expect(agent).toMatchObject({ agent_key: "agent:ricky:main", agent_id_short: "ricky", provisioned: false });
  expect(request).toMatchObject({ status: "queued", agent_key: "agent:ricky:main", requested_by: "anon" });

  const { database } = served;
  const key = ["agent:ricky:main"];
  await expect(
    database.query("select name, emoji, role, color, provisioned from public.agents where agent_key = $1", key),
  ).resolves.toEqual([
    { name: "Ricky", emoji: "🦊", role: "Answers support mail", color: "#ff8800", provisioned: false },
  ]);
  await expect(database.query("select state from public.agent_status where agent_key = $1", key)).resolves.toEqual([
    { state: "idle" },
  ]);
  await expect(
    database.query("select id, status, kind from public.agent_provision_requests where agent_key = $1", key),
  ).resolves.toEqual([{ id: request.id, status: "queued", kind: "provision" }]);

  const documents = await database.query(
    "select doc_type, content from public.brain_docs where agent_key = $1 order by doc_type",
    key,
  );
  expect(documents.map((doc) => doc["doc_type"])).toEqual(["memory_long", "soul", "user"]);
  const [memory, soul, user] = documents.map((doc) => doc["content"]);
  expect(soul).toContain("You are Ricky, an agent who works for the people of the project Front Office.");
  expect(soul).toContain("Your role there: Answers support mail");
  expect(memory).toContain("agent id ricky.");
  expect(user).toContain("# The people of Front Office");
  expect(documents.map((doc) => doc["content"]).join()).not.toContain("{{");
});

test("the anon JWT is as good as the publishable key", async () => {
  const { request } = await create({ displayName: "Anna" }, { key: served.stack.anonKey });
  expect(request.requested_by).toBe("anon");
});

test("a signed-in user is remembered as the one who asked", async () => {
  const { request } = await create({ displayName: "Uma" }, { token: served.user.token });
  expect(request.requested_by).toBe(served.user.id);
});

test.each(["secretKey", "serviceRoleKey"] as const)("the %s may create as service role", async (key) => {
  const { request } = await create({ displayName: key }, { key: served.stack[key] });
  expect(request.requested_by).toBe("service_role");
});

test("without a key one is made from the name, and made free", async () => {
  const first = await create({ displayName: "研究员" });
  const second = await create({ displayName: "研究员" });
  expect(first.agent.agent_key).toBe("agent:yan-jiu-yuan:main");
  expect(second.agent.agent_key).toBe("agent:yan-jiu-yuan-2:main");
  const [memory] = await served.database.query(
    "select content from public.brain_docs where agent_key = $1 and doc_type = 'memory_long'",
    [second.agent.agent_key],
  );
  expect(memory?.["content"]).toContain("agent id yan-jiu-yuan-2.");
});

test.each(["{{role}} $& $1", "*Max* `x` # {{agent_id}}", "O'Brien; $(touch pwned)"])(
  "the name %j is stored and rendered as written",
  async (displayName) => {
    const { agent } = await create({ displayName });
    const rows = await served.database.query(
      `select a.name, split_part(d.content, e'\\n', 1) as heading
       from public.agents as a join public.brain_docs as d using (project_id, agent_key)
       where a.agent_key = $1 and d.doc_type = 'soul'`,
      [agent.agent_key],
    );
    expect(rows).toEqual([{ name: displayName, heading: `# ${displayName} 🤖` }]);
  },
);

test("a call also sends back what an executor left behind", async () => {
  const { request } = await create({ displayName: "Stuck" });
  const { database } = served;
  await database.query("update public.agent_provision_requests set run_after = '-infinity' where id = $1", [
    request.id,
  ]);
  await claimAndLoseLease(request.id);

  await create({ displayName: "Next" });
  await expect
    .poll(() => database.query("select status from public.agent_provision_requests where id = $1", [request.id]))
    .toEqual([{ status: "queued" }]);
});

/** An executor takes the request and is never heard of again. */
async function claimAndLoseLease(requestId: string): Promise<void> {
  const { database } = served;
  const service = { role: "service_role" } as const;
  const instance = crypto.randomUUID();
  await database.queryAs(service, "select * from public.record_heartbeat('mini', $1, '{}')", [instance]);
  const claimed = await database.queryAs(
    service,
    "select * from public.claim_provision_requests('mini', $1, 50, gen_random_uuid())",
    [instance],
  );
  expect(claimed.map((row) => row["request_id"])).toContain(requestId);
  await database.query("update private.request_leases set lease_expires_at = now() - interval '1 second'");
}
