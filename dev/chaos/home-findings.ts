import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { SEEDED_FILES } from "#contract";
import { readFakeAdds, readFakeCalls, readFakeDeletes } from "../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { type FakeWrite, readFakeWrites } from "../fakes/openclaw/writes.ts";
import { until } from "../stack/until.ts";
import type { Machine } from "./machine.ts";

const run = promisify(execFile);

export type Listed = z.infer<typeof listedAgent> & {
  /** Text of each file, by the type of its document, and `identity`. */
  files: Map<string, string>;
};

/** What is true of one OpenClaw home, seen without the executor. */
export interface HomeFindings {
  agents: Map<string, Listed>;
  /** Ids of the agents that were added, once for each time. */
  adds: string[];
  /** Ids of the agents that were removed, once for each time. */
  deletes: string[];
  /** Paths of the files in the folders of agents, listed or not, and in the trash; from the home. */
  kept: string[];
  /** Every write, in the order in which they began. */
  writes: FakeWrite[];
  /** Processes that still run and files that were left half written, a sentence for each. */
  leftovers: string[];
}

const listedAgent = z.object({
  id: z.string(),
  identityName: z.string().optional(),
  identityEmoji: z.string().optional(),
  workspace: z.string(),
});

const HALF_WRITTEN = /^\..*\.md|\.(hatchery|tmp)$/;
/** A child whose executor was killed may have work of its own to end. */
const CHILD_ENDS_WITHIN_MS = 15_000;

export async function homeFindings({ home, openclaw }: Pick<Machine, "home" | "openclaw">): Promise<HomeFindings> {
  const processes = await childrenLeft(home, CHILD_ENDS_WITHIN_MS);
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: home, OPENCLAW_HOME: home, NO_COLOR: "1" };
  const { stdout } = await run(openclaw, ["agents", "list", "--json"], { env, maxBuffer: 64 * 1024 * 1024 });
  const listed = z.array(listedAgent).parse(JSON.parse(stdout));
  const agents = new Map<string, Listed>();
  for (const agent of listed) agents.set(agent.id, { ...agent, files: await readFiles(agent.workspace) });
  return {
    agents,
    adds: readFakeAdds(home).map(({ id }) => id),
    deletes: readFakeDeletes(home).map(({ id }) => id),
    kept: [...(await filesUnder(home, ".openclaw")), ...(await filesUnder(home, ".Trash"))],
    writes: readFakeWrites(home),
    leftovers: [...processes, ...(await halfWritten(home))],
  };
}

async function readFiles(workspace: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [type, file] of Object.entries({ ...SEEDED_FILES, identity: "IDENTITY.md" })) {
    const path = join(workspace, file);
    if (existsSync(path)) files.set(type, await readFile(path, "utf8"));
  }
  return files;
}

async function filesUnder(home: string, folder: string): Promise<string[]> {
  if (!existsSync(join(home, folder))) return [];
  const paths = await readdir(join(home, folder), { recursive: true });
  return paths.filter((path) => path.includes("workspace-")).map((path) => join(folder, path));
}

/** What an atomic write has not renamed yet. */
async function halfWritten(home: string): Promise<string[]> {
  const root = join(home, ".openclaw");
  if (!existsSync(root)) return [];
  const paths = await readdir(root, { recursive: true });
  return paths
    .filter((path) => path.startsWith("workspace-") && HALF_WRITTEN.test(basename(path)))
    .map((path) => `${path} was left half written`);
}

/**
 * The processes of a home that have not ended within `withinMs`, a sentence for each: those that the stand-in has noted, and
 * whatever names the home. A pid that somebody else has now is told by its command line.
 */
export async function childrenLeft(home: string, withinMs: number): Promise<string[]> {
  const pids = new Set(readFakeCalls(home).flatMap(({ pid, childPid }) => [pid, ...(childPid ? [childPid] : [])]));
  const isOurs = ([pid, command]: [number, string]) =>
    (pids.has(pid) && isStandIn(command)) || command.includes(`${home}/`);
  let left: string[] = [];
  try {
    await until(
      "no child is left",
      async () => {
        left = (await listCommands()).filter(isOurs).map(String);
        return left.length === 0;
      },
      withinMs,
    );
  } catch {
    return left.map((child) => `A child is left: ${child}`);
  }
  return [];
}

const isStandIn = (command: string) => command.includes(dirname(FAKE_OPENCLAW)) || command.includes("i=$((i+1))");

async function listCommands(): Promise<[number, string][]> {
  const { stdout } = await run("ps", ["-axww", "-o", "pid=,command="], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split("\n").flatMap((line): [number, string][] => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || command === undefined ? [] : [[Number(pid), command]];
  });
}
