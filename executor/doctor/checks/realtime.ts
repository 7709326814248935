import { type Broken, listen } from "../../live-connection.ts";
import { createLog } from "../../log.ts";
import { createRedact } from "../../redact.ts";
import type { Check } from "../check.ts";
import { ok, warn } from "../finding.ts";
import { examine } from "./database.ts";

const LIVE_WITHIN_MS = 20_000;
const SLOWER = "requests are found by looking every few seconds, and pages show news late";

/** Whether changes are carried, and reach this executor by its own road. */
export const realtimeCheck: Check = {
  name: "realtime",
  async look(patient, signal) {
    const examination = await examine(patient);
    const { config, executorId, connectLive } = patient;
    if (examination === null || executorId === null) return [];
    const { unpublishedTables } = examination;
    if (unpublishedTables.length > 0) {
      const tables = unpublishedTables.map((table) => `public.${table}`).join(", ");
      return [
        warn(
          `Realtime does not carry ${unpublishedTables.join(", ")}: ${SLOWER}`,
          `alter publication supabase_realtime add table ${tables};`,
        ),
      ];
    }
    if (!config.realtime)
      return [ok(`Switched off by REALTIME; it looks for requests every ${config.sweepMs / 1000} s`)];
    const broken = Promise.withResolvers<Broken>();
    const live = Promise.withResolvers<"live">();
    signal.addEventListener("abort", () => broken.resolve({ why: "stopped" }), { once: true });
    const ended = listen(
      {
        ...{ connect: connectLive, executorId, liveWithinMs: LIVE_WITHIN_MS },
        ...{ onRequest: () => undefined, onRuntimeAsked: () => undefined, onDocument: () => undefined },
        log: createLog({ level: "silent", pretty: false, redact: createRedact([]) }),
      },
      { broken, onLive: () => live.resolve("live"), onEvent: () => undefined },
    );
    const first = await Promise.race([live.promise, ended]);
    broken.resolve({ why: "looked at" });
    await ended;
    if (first === "live") return [ok("Changes reach this executor")];
    return [
      warn(
        `Realtime does not work: ${first.why}. Until it does, ${SLOWER}`,
        "Look whether Realtime is on in the project's settings, and whether something between blocks WebSockets",
      ),
    ];
  },
};
