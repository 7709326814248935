import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ExecutorError } from "./errors.ts";
import type { WriteCall } from "./guarded-writes.ts";
import { KILL_PAUSE_MS } from "./kill-pause.ts";
import { createLock } from "./lock.ts";
import type { Log } from "./log.ts";
import { pause } from "./nudge.ts";
import type { Gateway, GatewayCall } from "./openclaw-gateway.ts";
import { startedAt } from "./process-tree.ts";
import { readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

const method = z.enum(["agents.create", "agents.update", "agents.delete"]);

/** A call whose answer has not come; the gateway may carry it out at any time. */
const openCall = z.object({
  id: z.string(),
  method,
  params: z.record(z.string(), z.union([z.string(), z.boolean()])),
  /** Of the gateway. */
  pid: z.number().int().positive(),
  askedAt: z.number(),
});
type OpenCall = z.infer<typeof openCall>;

interface GatewayCallsOptions {
  file: string;
  /** The gateway that answers now, or null. */
  find(): Promise<Gateway | null>;
  /** How long OpenClaw itself may keep a write waiting, in ms. Default 300,000, as after a kill. */
  pauseMs?: number | undefined;
  /** How long a gateway may be silent before nobody waits for it, in ms. */
  stepTimeoutMs: number;
  log: Pick<Log, "warn">;
}

/** What must not be carried out after it: the agent would be gone again, be there again, or have its old name again. */
const FEARS: Record<GatewayCall["method"], GatewayCall["method"][]> = {
  "agents.create": ["agents.delete"],
  "agents.update": ["agents.delete", "agents.update"],
  "agents.delete": ["agents.create"],
};

/** A gateway that woke up has got to what it was asked for before, when it has answered for so long. */
const AWAKE_MS = 10_000;
const LOOK_MS = 250;

/**
 * Remembers, across restarts, what a gateway was asked for and has not answered: it goes on when the CLI that waits is ended,
 * and a removal that comes late would remove whatever agent has the id by then.
 */
export function createGatewayCalls({ file, find, pauseMs = KILL_PAUSE_MS, stepTimeoutMs, log }: GatewayCallsOptions) {
  const exclusively = createLock();
  const awakeMs = Math.min(AWAKE_MS, pauseMs);

  async function read(): Promise<OpenCall[]> {
    const text = await readStateFile(file);
    return text === null ? [] : parse(text);
  }

  /** Those who wait look while others ask, so that none may write what it has read a while ago. */
  const update = (change: (calls: OpenCall[]) => OpenCall[]) =>
    exclusively(async () => {
      const calls = change(await read());
      if (calls.length === 0) await removeStateFile(file);
      else await writeStateFile(file, `${JSON.stringify(calls)}\n`);
    });

  const forget = (over: OpenCall[]) =>
    update((calls) => calls.filter((call) => !over.some((one) => isDeepStrictEqual(one, call))));

  /** Whether its process has ended, so that nobody is left to carry it out. */
  async function hasNobody({ pid, askedAt }: OpenCall, gateway: Gateway | null): Promise<boolean> {
    if (gateway !== null) return gateway.pid !== pid;
    const started = await startedAt(pid);
    return started === null || started > askedAt;
  }

  return {
    /** Call when nothing is left to wait for, before the gateway is asked. @returns what to call when it has answered */
    async begin(id: string, { method, params }: GatewayCall, { pid }: Gateway): Promise<() => Promise<void>> {
      const mine: OpenCall = { id, method, params, pid, askedAt: Date.now() };
      // Where another gateway runs by now, nobody is left to carry out what the one before was asked for.
      await update((calls) => [...calls.filter((call) => call.pid === pid), mine]);
      return () => forget([mine]);
    },

    /**
     * Resolves when no call without an answer can undo this one any more: its gateway has ended, or has been awake for
     * longer than OpenClaw keeps anything waiting.
     * @throws ExecutorError step_timeout when the gateway stays silent; the signal's reason
     */
    async wait(id: string, wanted: GatewayCall, { signal, onWait }: WriteCall): Promise<void> {
      let [awakeSince, silentSince] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      let hasTold = false;
      for (;;) {
        const feared = (await read()).filter((call) => call.id === id && fears(wanted, call));
        if (feared.length === 0) return;
        const gateway = await find();
        const now = performance.now();
        awakeSince = gateway === null ? Number.POSITIVE_INFINITY : Math.min(awakeSince, now);
        silentSince = gateway === null ? Math.min(silentSince, now) : Number.POSITIVE_INFINITY;
        const over: OpenCall[] = [];
        for (const call of feared) {
          const isOld = Date.now() - call.askedAt >= pauseMs && now - awakeSince >= awakeMs;
          if (isOld || (await hasNobody(call, gateway))) over.push(call);
        }
        if (over.length > 0) await forget(over);
        if (over.length === feared.length) return;
        if (now - silentSince >= stepTimeoutMs) throw silent(id, feared);
        if (!hasTold) {
          log.warn(
            { agent: id, methods: feared.map((call) => call.method) },
            "the gateway may still do what it was asked for",
          );
          onWait?.(
            `OpenClaw's gateway has not answered an earlier call for ${id}, and gets up to ${Math.ceil(pauseMs / 60_000)} min to end it`,
          );
          hasTold = true;
        }
        await pause(LOOK_MS, signal);
        signal?.throwIfAborted();
      }
    },
  };
}

const fears = (wanted: GatewayCall, earlier: OpenCall) =>
  FEARS[wanted.method].includes(earlier.method) &&
  !(wanted.method === earlier.method && isDeepStrictEqual(wanted.params, earlier.params));

function silent(id: string, calls: OpenCall[]): ExecutorError {
  const asked = [...new Set(calls.map((call) => call.method))].join(" and ");
  return new ExecutorError(
    "step_timeout",
    `OpenClaw's gateway does not answer, and may still do what it was asked for: ${asked} of ${id}`,
    { hint: "Restart OpenClaw's gateway on the Mac mini, then retry" },
  );
}

function parse(text: string): OpenCall[] {
  try {
    return z.array(openCall).parse(JSON.parse(text));
  } catch {
    // Changed by a person, who knows better what is under way.
    return [];
  }
}
