import { createClient } from "@supabase/supabase-js";
import { createHandlers } from "../../executor/handlers/index.ts";
import { createOpenclaw } from "../../executor/openclaw.ts";
import { createRequestQueue } from "../../executor/request-queue.ts";
import { Worker } from "../../executor/worker.ts";
import * as workspaces from "../../executor/workspace.ts";
import type { Database } from "../../supabase/database.types.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { recordedLog } from "../testing/executor-stack.ts";
import { INSTANCE } from "./victims.ts";
import type { World } from "./world.ts";

/** Does what waits in this project, as the executor `mini` with its own credential; answers how many came to which end, and OpenClaw's list. */
export async function workOff({ stack, home, executorState, personOf }: World, projectId: string) {
  const { log } = recordedLog();
  const accessToken = () => Promise.resolve(personOf("machine").token);
  const queue = createRequestQueue(createClient<Database>(stack.apiUrl, stack.publishableKey, { accessToken }), {
    executorId: "mini",
    instanceId: INSTANCE,
    leaseSeconds: 60,
    projectIds: [projectId],
    redact: (text) => text,
  });
  const openclaw = createOpenclaw({
    ...{ bin: FAKE_OPENCLAW, home, stateDir: executorState, log },
    ...{ stepTimeoutMs: 10_000, graceMs: 2000 },
  });
  const worker = new Worker({
    queue,
    handlerOf: createHandlers({ openclaw, workspaces, queue, workspaceRoot: `${home}/.openclaw` }),
    // A heartbeat would change its row, which is none of what is attacked.
    announce: async () => undefined,
    concurrency: 3,
    sweepMs: 60_000,
    leaseMs: 60_000,
    log,
  });
  return { ends: await worker.drain(), listAgents: () => openclaw.listAgents() };
}
