import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@supabase/supabase-js";
import { expect, vi } from "vitest";
import { z } from "zod";
import { type createAgentCommand, type RequestStatus, requestStatus, stepProgress } from "#contract";
import { localExecutorId, openclawHome, startExecutor } from "../local/executor-process.ts";
import { PROJECT_ID, seedProject } from "../local/front-office.ts";
import { type StackOptions, startStack } from "../stack/index.ts";
import { testCluster } from "../testing/test-cluster.ts";
import { createTestDatabase } from "../testing/test-database.ts";

const run = promisify(execFile);

const requestRow = z.looseObject({
  id: z.uuid(),
  status: requestStatus,
  progress: z.array(stepProgress),
  result: z.unknown(),
});
const listedAgent = z.looseObject({
  id: z.string(),
  workspace: z.string(),
  identityName: z.string().optional(),
  identityEmoji: z.string().optional(),
});
const accepted = z.object({ agent: z.looseObject({ agent_key: z.string() }), request: requestRow });
export type Wanted = Partial<z.input<typeof createAgentCommand>> & { displayName: string };

/** The whole road on this machine, but for the page: a stack with the function, executors as processes, one OpenClaw home. */
export async function startJourney(openclaw: string, options: Pick<StackOptions, "realtime"> = {}) {
  const stateDir = await realpath(await mkdtemp(join(tmpdir(), "hatchery-journey-")));
  const database = await createTestDatabase();
  await seedProject(database.url);
  const openStack = () => startStack({ stateDir, postgres: testCluster(), databaseName: database.name, ...options });
  let stack = await openStack();
  const executorId = await localExecutorId(stateDir);
  const home = openclawHome(stateDir);
  const executors: (() => Promise<void>)[] = [];
  // What a page has: the public key and nothing else.
  const page = createClient(stack.apiUrl, stack.publishableKey, { auth: { persistSession: false } });

  return {
    stateDir,
    home,
    database,
    get stack() {
      return stack;
    },
    page,

    /** Nothing answers at the stack's address until it is back. */
    loseSupabase: () => stack.stop(),
    async bringSupabaseBack() {
      stack = await openStack();
    },

    /** Starts an executor; `settings` go into its environment. Answers the function that stops it. */
    async startExecutor(settings: Record<string, string> = {}, bin = openclaw) {
      const { stop } = await startExecutor(stateDir, stack, bin, { SWEEP_SECONDS: "1", ...settings });
      executors.push(stop);
      return stop;
    },

    /** Calls the function as the page would. Throws what it refused with. */
    async create(wanted: Wanted) {
      const { data, error } = await page.functions.invoke("provision-agent", {
        body: { projectId: PROJECT_ID, ...wanted },
      });
      if (error) throw error;
      return accepted.parse(data);
    },

    /** Every state of every request, in the order in which Realtime told a page of it. */
    async watchRequests() {
      const seen: { id: string; status: RequestStatus; steps: string[] }[] = [];
      const live = Promise.withResolvers<void>();
      page
        .channel("requests")
        .on("postgres_changes", { event: "*", schema: "public", table: "agent_provision_requests" }, ({ new: row }) => {
          const { id, status, progress } = requestRow.parse(row);
          seen.push({ id, status, steps: progress.map(({ step, state }) => `${step} ${state}`) });
        })
        .on("system", {}, ({ status }) => (status === "ok" ? live.resolve() : live.reject(new Error("Not subscribed"))))
        .subscribe();
      await live.promise;
      return seen;
    },

    /** Waits until a request has ended, either way. */
    async ended(requestId: string) {
      const read = async () => {
        const { data } = await page
          .from("agent_provision_requests")
          .select()
          .eq("id", requestId)
          .single()
          .throwOnError();
        const row = requestRow.parse(data);
        expect(["done", "error"]).toContain(row.status);
        return row;
      };
      return await vi.waitFor(read, { timeout: 180_000, interval: 200 });
    },

    /** What `openclaw agents list` says, asked by us and not by the executor. */
    async listAgents() {
      const env = {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        HOME: home,
        OPENCLAW_HOME: home,
        NO_COLOR: "1",
      };
      const { stdout } = await run(openclaw, ["agents", "list", "--json"], { env });
      return z.array(listedAgent).parse(JSON.parse(stdout));
    },

    workspace: (id: string) => join(home, ".openclaw", `workspace-${id}`),
    executorId,

    async stop() {
      // One that a test has stopped is stopped already.
      await Promise.all(executors.map((stopExecutor) => stopExecutor()));
      await page.removeAllChannels();
      await stack.stop();
      await database.drop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
