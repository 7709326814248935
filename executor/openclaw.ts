import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { RuntimeAgent } from "#contract";
import { ExecutorError, PermanentError } from "./errors.ts";
import { createGatewayCalls } from "./gateway-calls.ts";
import { createGuardedWrites, type WriteCall } from "./guarded-writes.ts";
import { createLock } from "./lock.ts";
import type { Log } from "./log.ts";
import { pause } from "./nudge.ts";
import { changeAnswer, listAnswer, readAnswer, readVersion } from "./openclaw-answers.ts";
import { createCli } from "./openclaw-cli.ts";
import {
  findGateway,
  type Gateway,
  type GatewayCall,
  gatewayArguments,
  readGatewayAnswer,
} from "./openclaw-gateway.ts";
import { createVersionGate, requireSupportedVersion } from "./openclaw-version.ts";
import { isSystemError } from "./system-error.ts";

/**
 * OpenClaw as typed verbs. Writes run one at a time, and through its gateway when that answers, which is several times
 * faster. Every verb throws an `ExecutorError` and leaves no process behind. All but `version` throw `openclaw_too_old`
 * before they do anything.
 */
export interface Openclaw {
  /** The version number, such as `2026.9.6`. */
  version(signal?: AbortSignal): Promise<string>;
  /** Every agent of this home. A home without a config lists `main`. */
  listAgents(signal?: AbortSignal): Promise<RuntimeAgent[]>;
  /** @throws {AgentExistsError} when OpenClaw already has an agent of this id. */
  addAgent(agent: { id: string; workspace: string }, call?: WriteCall): Promise<void>;
  /** Writes name and emoji into OpenClaw's config; that IDENTITY.md says the same is the caller's work. */
  setIdentity(identity: { id: string; name: string; emoji: string }, call?: WriteCall): Promise<void>;
  /**
   * Removes the agent, and moves its workspace to the trash unless another agent has it too. OpenClaw takes ids in any
   * case: look at the list first.
   * @throws {AgentMissingError} when there is no such agent
   */
  deleteAgent(id: string, call?: WriteCall): Promise<void>;
  /** Changes whenever OpenClaw's config does; null without one. For the price of one look at the disk. */
  configStamp(): Promise<string | null>;
  /** What every write is refused with while agents are lost, that is, missed by a list after a write. */
  lostAgents(): Promise<ExecutorError | null>;
  /** @throws {PermanentError} runtime_lost_agents when there are any. */
  requireNoneLost(): Promise<void>;
  /** Ends what an executor before this one has left running. */
  endLeftWrite(): Promise<void>;
}

export interface OpenclawOptions {
  /** Path of the executable, or a bare name looked up on the fixed PATH. */
  bin: string;
  /** The folder that contains `.openclaw`. */
  home: string;
  stepTimeoutMs: number;
  /** From SIGTERM to SIGKILL. Default 10,000: a killed `agents add` makes the next one wait for up to 300 s. */
  graceMs?: number;
  /** How long writes wait after a kill, in ms. Default 300,000. */
  killPauseMs?: number;
  /** Where notes and copies of OpenClaw's config are kept. Default `.hatchery` in `home`. */
  stateDir?: string;
  log: Pick<Log, "debug" | "warn" | "error">;
  /** Where TMPDIR, TZ, USER and proxy settings are taken from; nothing else of it reaches the CLI. */
  env?: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_GRACE_MS = 10_000;
const CONFLICT_RETRIES = 3;
const CONFLICT_PAUSE_MS = 400;

/** One change of OpenClaw, by either road. */
interface Change {
  id: string;
  verb: string;
  args: string[];
  gateway: GatewayCall;
  /** Whether a list shows that it is done. */
  isDone(agents: RuntimeAgent[]): boolean;
  /** Whom it removes on purpose. */
  leaver?: string;
}

const isConflict = (error: unknown) =>
  error instanceof ExecutorError && /config changed since last load/i.test(error.message);

export function createOpenclaw(options: OpenclawOptions): Openclaw {
  const { bin, home, stepTimeoutMs, graceMs = DEFAULT_GRACE_MS, killPauseMs, log } = options;
  const { stateDir = join(home, ".hatchery") } = options;
  const exclusively = createLock();
  const gate = createVersionGate(log);
  const writes = createGuardedWrites({ stateDir, home, graceMs, killPauseMs, list: listAgents, log });
  const gatewayCalls = createGatewayCalls({
    file: join(stateDir, "openclaw-gateway-calls.json"),
    ...{ find: () => findGateway(home), pauseMs: killPauseMs, stepTimeoutMs, log },
  });
  const cli = createCli({ bin, home, stepTimeoutMs, graceMs, onKilled: writes.killed, log, env: options.env ?? {} });

  async function version(signal?: AbortSignal): Promise<string> {
    const number = readVersion(await cli.execute("--version", ["--version"], signal));
    await gate.see(await cli.find(), number);
    return number;
  }

  async function requireSupported(signal: AbortSignal | undefined): Promise<void> {
    const file = await cli.find();
    if (!(await gate.accepts(file))) requireSupportedVersion(await version(signal));
  }

  async function listAgents(signal?: AbortSignal): Promise<RuntimeAgent[]> {
    await requireSupported(signal);
    const verb = "agents list";
    return await writes.compare(async () =>
      readAnswer(verb, await cli.execute(verb, ["agents", "list", "--json"], signal), listAnswer),
    );
  }

  async function change(asked: Change, call: WriteCall): Promise<void> {
    // Only writes for this agent wait for it, and a project's agent has one request at a time.
    await gatewayCalls.wait(asked.id, asked.gateway, call);
    await exclusively(async () => {
      await requireSupported(call.signal);
      const gateway = await findGateway(home);
      if (gateway !== null && (await changeThroughGateway(gateway, asked, call))) return;
      await changeThroughCli(asked, call);
    }, call.signal);
  }

  /** @returns whether it is done. When not, the gateway has refused, or has not got to it. */
  async function changeThroughGateway(
    gateway: Gateway,
    { gateway: asked, leaver, id, isDone }: Change,
    call: WriteCall,
  ): Promise<boolean> {
    const verb = `gateway call ${asked.method}`;
    const args = gatewayArguments(gateway, asked, stepTimeoutMs);
    let hasAnswered = async (): Promise<void> => undefined;
    const onBegin = async () => {
      await call.onBegin?.();
      hasAnswered = await gatewayCalls.begin(id, asked, gateway);
    };
    const output = await writes
      .run({ ...call, verb, onBegin, ...(leaver && { leaver }) }, (start) =>
        cli.execute(verb, args, call.signal, start),
      )
      .catch((error: unknown) => {
        if (error instanceof ExecutorError && error.code === "step_timeout") return null;
        throw error;
      });
    const word = output === null ? "unknown" : readGatewayAnswer(verb, output);
    if (word !== "unknown") await hasAnswered();
    if (typeof word === "object") {
      requireSame(id, word.agentId);
      return true;
    }
    log.warn({ verb, word }, "the gateway did not do it");
    return word === "unknown" && isDone(await listAgents(call.signal));
  }

  async function changeThroughCli({ verb, args, leaver, id }: Change, call: WriteCall): Promise<void> {
    const { signal } = call;
    for (let retries = 0; ; retries++) {
      try {
        const about = { ...call, verb, ...(leaver && { leaver }) };
        const output = await writes.run(about, (start) => cli.execute(verb, args, signal, start));
        return requireSame(id, readAnswer(verb, output, changeAnswer).agentId);
      } catch (error) {
        // Someone else wrote the config meanwhile, and OpenClaw stored nothing.
        if (!isConflict(error) || retries === CONFLICT_RETRIES) throw error;
        await pause(CONFLICT_PAUSE_MS * (0.5 + Math.random()), signal);
        signal?.throwIfAborted();
      }
    }
  }

  function requireSame(asked: string, answered: string): void {
    if (asked === answered) return;
    throw new PermanentError(
      "wrong_in_runtime",
      `OpenClaw was asked for the agent ${asked} and answered for ${answered}`,
    );
  }

  return {
    version,
    listAgents,
    async addAgent({ id, workspace }, call = {}) {
      await change(
        {
          ...{ id, verb: "agents add" },
          args: ["agents", "add", id, `--workspace=${workspace}`, "--non-interactive", "--json"],
          // The gateway makes the id out of the name, and this one stays as it is.
          gateway: { method: "agents.create", params: { name: id, workspace } },
          isDone: (agents) => agents.some((agent) => agent.id === id && agent.workspace === workspace),
        },
        call,
      );
    },
    async setIdentity({ id, name, emoji }, call = {}) {
      await change(
        {
          ...{ id, verb: "agents set-identity" },
          args: ["agents", "set-identity", `--agent=${id}`, `--name=${name}`, `--emoji=${emoji}`, "--json"],
          gateway: { method: "agents.update", params: { agentId: id, name, emoji } },
          isDone: (agents) => agents.some((agent) => agent.id === id && agent.name === name && agent.emoji === emoji),
        },
        call,
      );
    },
    async deleteAgent(id, call = {}) {
      await change(
        {
          ...{ id, verb: "agents delete", leaver: id },
          args: ["agents", "delete", id, "--force", "--json"],
          gateway: { method: "agents.delete", params: { agentId: id } },
          isDone: (agents) => agents.every((agent) => agent.id !== id),
        },
        call,
      );
    },
    async configStamp() {
      try {
        const { ino, size, mtimeMs } = await stat(join(home, ".openclaw", "openclaw.json"));
        return [ino, size, mtimeMs].join(" ");
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return null;
        throw error;
      }
    },
    lostAgents: writes.lostAgents,
    requireNoneLost: writes.requireNoneLost,
    async endLeftWrite() {
      await exclusively(writes.endLeftWrite);
    },
  };
}
