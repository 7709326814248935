import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Refusal } from "./refusal.ts";

const agentEntry = z.looseObject({
  name: z.string().optional(),
  workspace: z.string().optional(),
  agentDir: z.string().optional(),
  identity: z.looseObject({ name: z.string().optional(), emoji: z.string().optional() }).optional(),
});

const config = z.looseObject({
  gateway: z.looseObject({ port: z.number() }).optional(),
  agents: z
    .looseObject({
      entries: z.record(z.string(), agentEntry),
      defaults: z.looseObject({ systemAgent: z.looseObject({ agentId: z.string() }).optional() }).optional(),
    })
    .default({ entries: {} }),
});

export type AgentEntry = z.infer<typeof agentEntry>;
type Config = z.infer<typeof config>;

/** Many times what a change takes. */
const LONGEST_TURN_MS = 2000;

const fileOf = (stateDir: string) => join(stateDir, "openclaw.json");

/** The config, or the empty one of a fresh home. */
export function readConfig(stateDir: string): Config {
  const file = fileOf(stateDir);
  if (!existsSync(file)) return { agents: { entries: {} } };
  try {
    return config.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new Refusal(`OpenClaw config is invalid: ${file}`, 1, { type: "cli_error" }, { cause });
  }
}

/** As the real one: two writes at the same moment follow each other, and neither is lost. */
export function changeConfig(stateDir: string, change: (config: Config) => void): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const lock = `${fileOf(stateDir)}.lock`;
  takeTurn(lock);
  try {
    const config = readConfig(stateDir);
    change(config);
    writeConfig(stateDir, config);
  } finally {
    rmdirSync(lock);
  }
}

function takeTurn(lock: string): void {
  for (let tries = 0; tries < LONGEST_TURN_MS; tries += 1) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  // Whoever holds it was killed in between.
  rmdirSync(lock);
  takeTurn(lock);
}

export function writeConfig(stateDir: string, next: Config): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const temporary = `${fileOf(stateDir)}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, fileOf(stateDir));
}

/** As versions did that wrote on top of an old state. */
export function dropAgents(stateDir: string, ids: string[]): void {
  if (ids.length === 0) return;
  const present = readConfig(stateDir);
  for (const id of ids) delete present.agents.entries[id];
  writeConfig(stateDir, present);
}
