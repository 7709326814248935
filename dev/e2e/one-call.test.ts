import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FunctionsHttpError } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { doneResult, errorBody } from "#contract";
import { ensureOpenclaw } from "../local/install-openclaw.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let openclawVersion: string;
beforeAll(async () => {
  const openclaw = await ensureOpenclaw({ onProgress: console.log });
  openclawVersion = openclaw.version;
  journey = await startJourney(openclaw.bin);
}, 600_000);
afterAll(() => journey.stop());

const read = (id: string, file: string) => readFile(join(journey.workspace(id), file), "utf8");
const documents = (key: string) =>
  journey.database.query(
    `select doc_type, content from public.brain_docs
     where agent_key = $1 and doc_type in ('soul', 'user', 'memory_long') order by doc_type`,
    [key],
  );

it("one call, and a real OpenClaw agent lives on this machine", { timeout: 240_000 }, async () => {
  const seen = await journey.watchRequests();
  const stopExecutor = await journey.startExecutor();
  const { agent, request } = await journey.create({
    displayName: "Ricky",
    emoji: "🦊",
    roleShort: "answers the phone",
  });
  expect(agent.agent_key).toBe("agent:ricky:main");
  expect(request.status).toBe("queued");

  const { status, result } = await journey.ended(request.id);
  expect({ status, result }).toMatchObject({ status: "done" });
  const done = doneResult.parse(result);
  expect(done).toMatchObject({ agentId: "ricky", workspaceDir: journey.workspace("ricky"), openclawVersion });
  expect(done.steps.map(({ step }) => step)).toEqual(["workspace", "add", "identity", "verify"]);

  // A page saw every stage go by.
  await expect.poll(() => seen.at(-1)?.status).toBe("done");
  expect([...new Set(seen.map((row) => row.status))]).toEqual(["queued", "running", "done"]);
  const stages = new Set(seen.flatMap(({ steps }) => steps));
  for (const step of ["workspace", "add", "identity", "verify"]) {
    expect(stages).toContain(`${step} running`);
    expect(stages).toContain(`${step} done`);
  }

  expect(await journey.listAgents()).toContainEqual(
    expect.objectContaining({
      id: "ricky",
      identityName: "Ricky",
      identityEmoji: "🦊",
      workspace: journey.workspace("ricky"),
    }),
  );
  const [memory, soul, user] = await documents("agent:ricky:main");
  expect(await read("ricky", "SOUL.md")).toBe(soul?.["content"]);
  expect(await read("ricky", "USER.md")).toBe(user?.["content"]);
  expect(await read("ricky", "MEMORY.md")).toBe(memory?.["content"]);
  expect(soul?.["content"]).toContain("You are Ricky");
  expect(soul?.["content"]).toContain("answers the phone");
  expect(memory?.["content"]).toContain("ricky");
  const identity = await read("ricky", "IDENTITY.md");
  expect(identity).toMatch(/^- Name: Ricky$/m);
  expect(identity).toContain("🦊");
  await expect(access(join(journey.workspace("ricky"), "BOOTSTRAP.md"))).rejects.toThrow("ENOENT");

  expect(
    await journey.database.query(
      "select provisioned, executor_id, workspace_path from public.agents where name = 'Ricky'",
    ),
  ).toEqual([{ provisioned: true, executor_id: journey.executorId, workspace_path: journey.workspace("ricky") }]);
  // With the two that OpenClaw writes.
  const onDisk = () =>
    journey.database.query(
      `select d.doc_type from public.brain_docs as d join public.brain_doc_disk as k on k.doc_id = d.id
       where d.revision = k.revision order by d.doc_type`,
    );
  await expect
    .poll(async () => (await onDisk()).map(({ doc_type }) => doc_type))
    .toEqual(["agents", "identity", "memory_long", "soul", "user"]);
  await stopExecutor();
});

it("a second call with the same key is refused and leaves the live agent as it is", async () => {
  const everything = () =>
    journey.database.query("select a, r from public.agents a join public.agent_provision_requests r using (agent_key)");
  const before = await everything();
  const refusal = await journey
    .create({ displayName: "Impostor", agentKey: "agent:ricky:main" })
    .catch((error: unknown) => error);
  if (!(refusal instanceof FunctionsHttpError)) throw refusal;
  expect(refusal.context.status).toBe(409);
  expect(errorBody.parse(await refusal.context.json()).error.code).toBe("agent_key_taken");
  expect(await everything()).toEqual(before);
});

it("calls made while no executor runs are served when one starts, without Realtime, whatever the names hold", {
  timeout: 300_000,
}, async () => {
  const names = ["O'Brien; $(touch pwned)", "研究员"];
  const made = [];
  for (const displayName of names) made.push(await journey.create({ displayName, emoji: "🔬" }));
  expect(made.map(({ agent }) => agent.agent_key)).toEqual([
    "agent:obrien-touch-pwned:main",
    "agent:yan-jiu-yuan:main",
  ]);

  const stopExecutor = await journey.startExecutor({ REALTIME: "off" });
  for (const { request } of made) expect(await journey.ended(request.id)).toMatchObject({ status: "done" });
  await stopExecutor();

  const listed = await journey.listAgents();
  for (const [index, id] of ["obrien-touch-pwned", "yan-jiu-yuan"].entries()) {
    expect(listed).toContainEqual(expect.objectContaining({ id, identityName: names[index], identityEmoji: "🔬" }));
    expect(await read(id, "SOUL.md")).toContain(`You are ${names[index]},`);
    expect(await read(id, "IDENTITY.md")).toContain(`- Name: ${names[index]}\n`);
  }
  const files = await readdir(journey.stateDir, { recursive: true });
  const here = await readdir(process.cwd());
  expect([...files, ...here].filter((file) => file.split("/").includes("pwned"))).toEqual([]);
});
