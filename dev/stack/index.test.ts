import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { pidFile } from "./child-processes.ts";
import { readState, type Stack, type StackOptions, startStack } from "./index.ts";
import { isPortFree } from "./ports.ts";
import { startPostgres } from "./postgres.ts";
import { isSameProcess, processStartTime, sendSignal } from "./process-table.ts";

let directory: string;
let options: StackOptions;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hatchery-stack-"));
  await chmod(directory, 0o711);
  await mkdir(join(directory, "supabase", "functions", "hello"), { recursive: true });
  const hello = "Deno.serve(() => new Response('hello'))";
  await writeFile(join(directory, "supabase", "functions", "hello", "index.ts"), hello);
  options = { stateDir: join(directory, "state"), supabaseDir: join(directory, "supabase"), durable: false };
});
afterAll(() => rm(directory, { recursive: true }));

const schema = `create table if not exists notes (body text); grant select, insert on notes to service_role`;
const withNotes = `async (connectionString) => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(${JSON.stringify(schema)});
  await client.end();
}`;

/** A process of its own that runs the stack, has written a row, and does nothing more. */
async function startInAnotherProcess() {
  const program = `
    import pg from "pg";
    import { createClient } from "@supabase/supabase-js";
    import { startStack } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
    const stack = await startStack({ ...${JSON.stringify(options)}, prepareDatabase: ${withNotes} });
    await createClient(stack.apiUrl, stack.secretKey).from("notes").insert({ body: "kept" }).throwOnError();
    process.on("SIGTERM", () => process.exit(1));
    console.log(stack.apiUrl);`;
  const subprocess = execa(process.execPath, ["--input-type=module", "--eval", program], { reject: false });
  const ended = subprocess.then(({ stderr }) => {
    throw new Error(`The other process did not start a stack: ${stderr}`);
  });
  const [apiUrl] = await Promise.race([once(subprocess.stdout, "data"), ended]);
  ended.catch(() => undefined);
  return { subprocess, apiUrl: String(apiUrl).trim() };
}

async function readPidFiles() {
  const run = join(options.stateDir, "run");
  const texts = (await readdir(run)).map((file) => readFile(join(run, file), "utf8"));
  return (await Promise.all(texts)).map((text) => pidFile.parse(JSON.parse(text)));
}

const countAlive = async (records: Awaited<ReturnType<typeof readPidFiles>>) =>
  (await Promise.all(records.map(({ pid, startTime }) => isSameProcess(pid, startTime)))).filter(Boolean).length;

const readNotes = async (stack: Stack) =>
  (await createClient(stack.apiUrl, stack.secretKey).from("notes").select().throwOnError()).data;

test("a killed run leaves orphans; the next start ends them, and has the same address, keys and rows", async () => {
  const { subprocess, apiUrl } = await startInAnotherProcess();
  const orphans = await readPidFiles();
  const keys = (await readState(options.stateDir))?.keys;
  subprocess.kill("SIGKILL");
  await subprocess;
  expect(await countAlive(orphans)).toBe(3);

  const progress: string[] = [];
  const stack = await startStack({ ...options, onProgress: (line) => progress.push(line) });
  try {
    expect(await countAlive(orphans)).toBe(0);
    expect(progress.filter((line) => line.startsWith("Ended")).sort()).toEqual([
      "Ended function-hello of an earlier run",
      "Ended postgres of an earlier run",
      "Ended postgrest of an earlier run",
    ]);
    expect(stack.apiUrl).toBe(apiUrl);
    expect(stack).toMatchObject(keys ?? {});
    expect(await readNotes(stack)).toEqual([{ body: "kept" }]);
  } finally {
    await stack.stop();
  }
});

test("a stopped stack leaves no process and no port, and stopping twice is harmless", async () => {
  const stack = await startStack(options);
  const children = await readPidFiles();
  const ports = Object.values((await readState(options.stateDir))?.ports ?? {});
  await expect(startStack(options)).rejects.toThrow(/already running as process \d+; stop it first/);
  await Promise.all([stack.stop(), stack.stop()]);
  expect(await countAlive(children)).toBe(0);
  expect(ports).toHaveLength(5);
  expect(await Promise.all(ports.map(isPortFree))).toEqual(ports.map(() => true));
  expect(await readdir(join(options.stateDir, "run"))).toEqual([]);
});

test("a process that ends without stopping its stack takes the children with it", async () => {
  const { subprocess } = await startInAnotherProcess();
  const children = await readPidFiles();
  subprocess.kill("SIGTERM");
  await subprocess;
  await vi.waitFor(async () => expect(await countAlive(children)).toBe(0), { timeout: 30_000 });
});

test("a port that another program has taken is replaced with a message, the others stay", async () => {
  const before = (await readState(options.stateDir))?.ports ?? {};
  const squatter = createServer().listen(before["api"], "127.0.0.1");
  await once(squatter, "listening");
  const progress: string[] = [];
  const stack = await startStack({ ...options, onProgress: (line) => progress.push(line) });
  const after = (await readState(options.stateDir))?.ports ?? {};
  await stack.stop();
  squatter.close();
  expect(progress).toContain(`Port ${before["api"]} (api) is taken by another program; ${after["api"]} from now on`);
  expect(after["api"]).not.toBe(before["api"]);
  expect({ ...after, api: 0 }).toEqual({ ...before, api: 0 });
});

test("a stale postmaster.pid that names somebody else's process neither harms it nor the start", async () => {
  const innocent = execa("sleep", ["60"], { reject: false });
  await writeFile(join(options.stateDir, "postgres", "postmaster.pid"), `${innocent.pid}\n`);
  const recycled = {
    pid: innocent.pid,
    startTime: "2020-01-01T00:00:00.000Z",
    command: "sleep",
    stopSignal: "SIGTERM",
  };
  await writeFile(join(options.stateDir, "run", "recycled.json"), JSON.stringify(recycled));
  await writeFile(join(options.stateDir, "run", "cut-off.json"), '{"pid": 1');
  const stack = await startStack(options);
  await stack.stop();
  expect(await processStartTime(innocent.pid ?? 0)).toBeDefined();
  sendSignal(innocent.pid ?? 0, "SIGKILL");
});

test("when the migrations fail the start fails with their words and nothing is left running", async () => {
  const prepareDatabase = () => Promise.reject(new Error("Chapter 3 is not SQL"));
  await expect(startStack({ ...options, prepareDatabase })).rejects.toThrow("Chapter 3 is not SQL");
  expect(await readdir(join(options.stateDir, "run"))).toEqual([]);
  const database = (await readState(options.stateDir))?.ports["database"] ?? 0;
  expect(await isPortFree(database)).toBe(true);
});

test("Postgres on a busy port says so in the log's own words", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const address = squatter.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const start = startPostgres({ stateDir: options.stateDir, port, password: "irrelevant", durable: false });
  await expect(start).rejects.toThrow(/postgres ended while starting[\s\S]*Address already in use/);
  squatter.close();
});

test("keys are readable by their owner only, and a damaged state names the way out", async () => {
  const file = join(options.stateDir, "state.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await writeFile(file, "{}");
  await expect(startStack(options)).rejects.toThrow(/state\.json cannot be used; delete .* to begin anew/);
});
