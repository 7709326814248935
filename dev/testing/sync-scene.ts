import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createCounters } from "../../executor/counters.ts";
import { createDocumentSync, type DocumentSyncOptions } from "../../executor/document-sync/document-sync.ts";
import { recordedLog, type startExecutorStack } from "./executor-stack.ts";
import { startFlakyProxy } from "./flaky-proxy.ts";
import { insertLiveAgents } from "./live-agents.ts";

/** The documents of an executor's agents, its disk, and syncs that are started and stopped beside them. */
export async function openSyncScene(world: Awaited<ReturnType<typeof startExecutorStack>>) {
  const proxy = await startFlakyProxy(world.stack.apiUrl);
  const root = join(await world.newHome(), ".openclaw");
  const running = new Set<() => Promise<void>>();
  const pathOf = (agent: string, file: string) =>
    join(root, agent === "main" ? "workspace" : `workspace-${agent}`, file);

  return {
    proxy,
    pathOf,
    addAgents: (ids: string[], documents: Record<string, string>) =>
      insertLiveAgents(world.database, root, ids, documents),
    /** What a file holds; null when it is not there. */
    onDisk: (agent: string, file: string) => readFile(pathOf(agent, file), "utf8").catch(() => null),
    async writeAs(agent: string, file: string, text: string): Promise<void> {
      await mkdir(dirname(pathOf(agent, file)), { recursive: true });
      await writeFile(pathOf(agent, file), text);
    },
    edit: (agent: string, type: string, content: string) =>
      world.database.query("update public.brain_docs set content = $3 where agent_key = $1 and doc_type = $2", [
        `agent:${agent}:main`,
        type,
        content,
      ]),
    /** A document as it stands in the tables. */
    async row(agent: string, type: string) {
      const [row] = await world.database.query(
        `select d.content, d.doc_date::text as day, k.revision = d.revision as "inStep", k.error ->> 'code' as error,
           k.conflict_version is not null as conflict,
           (select count(*)::int from public.brain_doc_versions as v where v.doc_id = d.id) as versions
         from public.brain_docs as d left join public.brain_doc_disk as k on k.doc_id = d.id
         where d.agent_key = $1 and d.doc_type = $2`,
        [`agent:${agent}:main`, type],
      );
      return row;
    },
    /** As one process of the executor; nothing but its own looking tells it of anything unless it is nudged. */
    start(choices: Partial<DocumentSyncOptions> = {}) {
      const { log, events } = recordedLog();
      const counters = createCounters();
      const sync = createDocumentSync({
        ...{ queue: world.queue({ url: proxy.url, timeoutMs: 2000 }), workspaceRoot: root, counters, log },
        ...{ watch: "events", watchMain: false, sweepMs: 60_000, isWorking: () => true },
        ...choices,
      });
      const ending = new AbortController();
      const run = sync.run(ending.signal);
      const stop = async () => {
        running.delete(stop);
        ending.abort();
        await run;
      };
      running.add(stop);
      return { sync, stop, events, counters };
    },
    /** How often each function of the database was called since the scene began, or since `from` of all calls. */
    callsSince(from = 0): Record<string, number> {
      const counts: Record<string, number> = {};
      for (const path of proxy.calls.slice(from)) {
        const verb = path.split("/").at(-1) ?? "";
        counts[verb] = (counts[verb] ?? 0) + 1;
      }
      return counts;
    },
    async clear(): Promise<void> {
      for (const stop of [...running]) await stop();
      proxy.setFaults(() => "pass");
      proxy.calls.length = 0;
      await world.clear();
      await rm(root, { recursive: true, force: true });
    },
    async close(): Promise<void> {
      await proxy.stop();
    },
  };
}
