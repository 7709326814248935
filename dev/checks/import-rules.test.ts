import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const CONFIGURATION = ["biome.jsonc", ".gitignore", "dev/checks/lint"];

const IMPORTS = "lint/style/noRestrictedImports";
const ENVIRONMENT = "lint/style/noProcessEnv";
const CYCLES = "lint/suspicious/noImportCycles";
const PLUGIN = "plugin";

const OUTSIDE_EXECUTOR = "The executor imports #contract, #database and its own files";
const OUTSIDE_DASHBOARD =
  "The dashboard imports what it shares with the function (#contract, #badge, …), #database and its own files";
const OUTSIDE_FUNCTION = "A function imports its own files and _shared: supabase/ is deployed alone";
const OUTSIDE_FEATURE = "A feature imports its own files, lib and ui";
const UPWARDS = "app imports features, features import lib and ui, never the other way";
const NO_SUPABASE = "Only lib/ and queries.ts talk to Supabase";
const NO_COMMANDS = "Only executor/openclaw-cli.ts and executor/service/run-command.ts run commands";
const NO_QUEUE = "Only executor/worker.ts queues work";
const NO_WATCHING = "Only executor/document-sync/file-watcher.ts watches files";
const NO_CLIENT = "Only executor/main.ts makes clients: take the client as an argument";
const NO_EDGES = "A handler gets the edges as arguments: import only their types";
const NO_WRITE = "The dashboard writes only through the Edge Function";
const ONE_CHAIN = "Read with .from(…).select(…) in one chain";
const KEEP_CAUSE = "Keep the caught error as the `cause` of the new one";
const NO_CAST = "No `as` but `as const`: parse the value with zod, or narrow it";

type Snippet = [file: string, source: string];
type Refused = [...Snippet, category: string, message?: string];

const WATCHER = "executor/document-sync/file-watcher.ts";
const FEATURE = "dashboard/src/features/agents/badge.tsx";

const refused: Refused[] = [
  ["supabase/functions/_shared/contract.ts", `import "./agent-id.ts";`, IMPORTS],
  ["supabase/functions/_shared/contract.ts", `import "node:path";`, IMPORTS],
  ["supabase/functions/_shared/contract.ts", `import "zod/mini";`, IMPORTS],
  ["supabase/functions/_shared/names.ts", `import "../provision-agent/index.ts";`, IMPORTS],
  ["supabase/functions/_shared/names.ts", `import "#contract";`, IMPORTS],
  ["supabase/functions/provision-agent/routes.ts", `import "../other/index.ts";`, IMPORTS, OUTSIDE_FUNCTION],
  ["supabase/functions/provision-agent/routes.ts", `import "../../database.types.ts";`, IMPORTS, OUTSIDE_FUNCTION],
  ["supabase/functions/provision-agent/routes.ts", `import "#contract";`, IMPORTS, OUTSIDE_FUNCTION],
  ["supabase/functions/provision-agent/routes/one.ts", `import "../../other/index.ts";`, IMPORTS, OUTSIDE_FUNCTION],
  ["supabase/functions/provision-agent/routes/one.ts", `import "../../../../dev/x.ts";`, IMPORTS, OUTSIDE_FUNCTION],
  ["supabase/functions/provision-agent/index.test.ts", `import "../../../executor/worker.ts";`, IMPORTS],

  ["executor/documents.ts", `import "../dashboard/src/lib/client.ts";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/documents.ts", `import "../dev/stack/ports.ts";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/documents.ts", `import "../supabase/functions/_shared/contract.ts";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/documents.ts", `import "#agent-id";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/handlers/provision.ts", `import "../../dev/stack/ports.ts";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/handlers/provision.ts", `import type { Shell } from "zx";`, IMPORTS, NO_COMMANDS],
  ["executor/handlers/provision.ts", `await import("zx/core");`, IMPORTS, NO_COMMANDS],
  ["executor/handlers/provision.ts", `export { $ } from "zx";`, IMPORTS, NO_COMMANDS],
  ["executor/worker.ts", `import { $ } from "zx";`, IMPORTS, NO_COMMANDS],
  ["executor/worker.ts", `import "../dev/stack/ports.ts";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/openclaw-cli.ts", `import PQueue from "p-queue";`, IMPORTS, NO_QUEUE],
  ["executor/openclaw-cli.ts", `import "../dev/fakes/openclaw/cli.ts";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/service/systemd.ts", `import { $ } from "zx";`, IMPORTS, NO_COMMANDS],
  ["executor/service/run-command.ts", `import PQueue from "p-queue";`, IMPORTS, NO_QUEUE],
  ["executor/main.ts", `import PQueue from "p-queue";`, IMPORTS, NO_QUEUE],
  ["executor/main.ts", `import { watch } from "chokidar";`, IMPORTS, NO_WATCHING],
  ["executor/worker.ts", `import { watch } from "chokidar";`, IMPORTS, NO_WATCHING],
  ["executor/openclaw-cli.ts", `import { watch } from "chokidar";`, IMPORTS, NO_WATCHING],
  [WATCHER, `import PQueue from "p-queue";`, IMPORTS, NO_QUEUE],
  [WATCHER, `import { $ } from "zx";`, IMPORTS, NO_COMMANDS],
  [WATCHER, `import "../../dev/stack/ports.ts";`, IMPORTS, OUTSIDE_EXECUTOR],
  ["executor/worker.test.ts", `import "../dashboard/src/lib/client.ts";`, IMPORTS],
  ["executor/request-queue.ts", `import { createClient } from "@supabase/supabase-js";`, PLUGIN, NO_CLIENT],
  ["executor/request-queue.ts", `import { createClient as make } from "@supabase/supabase-js";`, PLUGIN, NO_CLIENT],
  ["executor/request-queue.ts", `import * as s from "@supabase/supabase-js"; s.createClient();`, PLUGIN, NO_CLIENT],
  ["executor/live-updates.ts", `const { createClient } = await import("@supabase/supabase-js");`, PLUGIN, NO_CLIENT],
  ["executor/handlers/provision.ts", `import { createOpenclaw } from "../openclaw.ts";`, PLUGIN, NO_EDGES],
  ["executor/handlers/provision.ts", `import {\n  log,\n} from "../log.ts";`, PLUGIN, NO_EDGES],
  ["executor/worker.ts", `export const home = process.env["HOME"];`, ENVIRONMENT],
  ["executor/worker.ts", `import { env } from "node:process"; export const home = env["HOME"];`, ENVIRONMENT],

  ["dashboard/src/app/shell.tsx", `import "../../../executor/worker.ts";`, IMPORTS, OUTSIDE_DASHBOARD],
  ["dashboard/src/app/shell.tsx", `import "../../../dev/stack/ports.ts";`, IMPORTS, OUTSIDE_DASHBOARD],
  ["dashboard/src/app/shell.tsx", `import "../../../supabase/database.types.ts";`, IMPORTS, OUTSIDE_DASHBOARD],
  ["dashboard/src/app/shell.tsx", `import "@supabase/supabase-js";`, IMPORTS, NO_SUPABASE],
  [FEATURE, `import "../documents/editor.tsx";`, IMPORTS, OUTSIDE_FEATURE],
  [FEATURE, `import "../../app/shell.tsx";`, IMPORTS, OUTSIDE_FEATURE],
  [FEATURE, `import "../../../../executor/worker.ts";`, IMPORTS, OUTSIDE_FEATURE],
  [FEATURE, `import type { SupabaseClient } from "@supabase/supabase-js";`, IMPORTS, NO_SUPABASE],
  ["dashboard/src/features/agents/dialog/form.tsx", `import "../../documents/x.ts";`, IMPORTS, OUTSIDE_FEATURE],
  ["dashboard/src/features/agents/queries.ts", `import "../documents/queries.ts";`, IMPORTS, OUTSIDE_FEATURE],
  ["dashboard/src/lib/client.ts", `import "../features/agents/badge.tsx";`, IMPORTS, UPWARDS],
  ["dashboard/src/ui/button.tsx", `import "../features/agents/badge.tsx";`, IMPORTS, UPWARDS],
  ["dashboard/src/ui/button.tsx", `import "../app/shell.tsx";`, IMPORTS, UPWARDS],
  ["dashboard/src/ui/button.tsx", `import "@supabase/supabase-js";`, IMPORTS, NO_SUPABASE],
  ["dashboard/src/features/agents/badge.test.tsx", `import "../../../../executor/worker.ts";`, IMPORTS],

  ["dashboard/src/lib/client.ts", `await client.from("agents").insert({ name: "a" });`, PLUGIN, NO_WRITE],
  ["dashboard/src/lib/client.ts", `await client?.from("agents")?.upsert({ name: "a" });`, PLUGIN, NO_WRITE],
  [
    "dashboard/src/lib/client.ts",
    `await client\n  .from("agents")\n  .update({ name: "a" })\n  .eq("id", 1);`,
    PLUGIN,
    NO_WRITE,
  ],
  ["dashboard/src/lib/client.ts", `await client.from("agents").delete().eq("id", 1);`, PLUGIN, NO_WRITE],
  ["dashboard/src/lib/client.ts", `await client.rpc("create_agent");`, PLUGIN, NO_WRITE],
  ["dashboard/src/lib/client.ts", `const table = client.from("agents"); await table.delete();`, PLUGIN, ONE_CHAIN],

  ["executor/documents.ts", `export const row = JSON.parse("1") as number;`, PLUGIN, NO_CAST],
  ["executor/documents.test.ts", `export const row = JSON.parse("1") as unknown as number;`, PLUGIN, NO_CAST],
  ["executor/documents.ts", `try { read(); } catch (e) { throw new Error("No row"); }`, PLUGIN, KEEP_CAUSE],
  ["executor/documents.ts", `try { read(); } catch { throw new Error("No row"); }`, PLUGIN, KEEP_CAUSE],
  ["executor/documents.ts", `try { read(); } catch {}`, "lint/suspicious/noEmptyBlockStatements"],
  ["executor/documents.ts", `export const id = (row: any) => row.id;`, "lint/suspicious/noExplicitAny"],
  ["executor/documents.ts", `export const id = (row?: Row) => row!.id;`, "lint/style/noNonNullAssertion"],
  ["executor/documents.ts", `export default 1;`, "lint/style/noDefaultExport"],
  ["executor/documents.ts", `const save = async () => {}; save();`, "lint/nursery/noFloatingPromises"],
  ["executor/circle.ts", `import { b } from "./circle-b.ts"; export const a = () => b;`, CYCLES],
];

const allowed: Snippet[] = [
  ["supabase/functions/_shared/contract.ts", `import { z } from "zod"; export const name = z.string();`],
  ["supabase/functions/_shared/contract.ts", `import { ERROR_CODES } from "./error-codes.ts"; export { ERROR_CODES };`],
  ["supabase/functions/_shared/names.ts", `import "./contract.ts"; import "transliteration";`],
  [
    "supabase/functions/provision-agent/routes.ts",
    `import "../_shared/contract.ts"; import "./answer.ts"; import "hono";`,
  ],
  ["supabase/functions/provision-agent/routes/one.ts", `import "../answer.ts"; import "../../_shared/contract.ts";`],
  ["supabase/functions/provision-agent/index.test.ts", `import "../../../dev/stack/ports.ts";`],
  ["supabase/tests/claim.test.ts", `import "../../dev/database/migrate.ts";`],

  ["executor/documents.ts", `import "#contract"; import "#database"; import "./workspace.ts";`],
  ["executor/openclaw-cli.ts", `import { $ } from "zx"; await $\`true\`;`],
  ["executor/service/run-command.ts", `import { which } from "zx"; await which("true");`],
  ["executor/worker.ts", `import PQueue from "p-queue"; export const queue = new PQueue();`],
  [WATCHER, `import { watch } from "chokidar"; export const watcher = watch([]);`],
  ["executor/main.ts", `import { createClient } from "@supabase/supabase-js"; export const c = createClient("", "");`],
  [
    "executor/request-queue.ts",
    `import type { SupabaseClient } from "@supabase/supabase-js"; export type C = SupabaseClient;`,
  ],
  [
    "executor/live-updates.ts",
    `import { REALTIME_SUBSCRIBE_STATES as s } from "@supabase/supabase-js"; export const ok = s;`,
  ],
  ["executor/handlers/provision.ts", `import type { Openclaw } from "../openclaw.ts"; export type O = Openclaw;`],
  ["executor/handlers/provision.ts", `import { PermanentError } from "../errors.ts"; export const e = PermanentError;`],
  ["executor/config.ts", `export const home = process.env["HOME"];`],
  [
    "executor/worker.test.ts",
    `import "../dev/stack/ports.ts"; import { createClient } from "@supabase/supabase-js"; createClient("", "");`,
  ],

  [
    "dashboard/src/app/shell.tsx",
    `import "../features/executor/card.tsx"; import "../lib/client.ts"; import "#contract";`,
  ],
  [FEATURE, `import "./queries.ts"; import "../../lib/client.ts"; import "../../ui/button.tsx"; import "#contract";`],
  ["dashboard/src/features/agents/dialog/form.tsx", `import "../queries.ts"; import "../../../ui/button.tsx";`],
  ["dashboard/src/features/agents/queries.ts", `import "@supabase/supabase-js"; import "../../lib/client.ts";`],
  ["dashboard/src/lib/client.ts", `import "@supabase/supabase-js"; import "#database";`],
  ["dashboard/src/ui/button.tsx", `import "react"; import "../lib/class-names.ts";`],
  [FEATURE, `export const rows = await client\n  .from("agents")\n  .select("id")\n  .eq("id", 1);`],
  [FEATURE, `await client.functions.invoke("provision-agent", { body: {} });`],
  [FEATURE, `new Map().delete("a"); new URLSearchParams().delete("a"); view.state.update({ changes: [] });`],
  [FEATURE, `export const letters = Array.from("abc"); export const bytes = Uint8Array.from([1]);`],
  [FEATURE, `export const kinds = ["a"] as const; export { kinds as names };`],
  ["executor/lease.ts", `try { read(); } catch (cause) { throw new LeaseError("lost", "No row", { cause }); }`],
  ["dev/start.ts", `import "../executor/worker.ts"; import "../dashboard/src/lib/client.ts"; import "#contract";`],
];

const report = z.object({
  diagnostics: z.array(
    z.object({ category: z.string(), message: z.string(), location: z.object({ path: z.string() }) }),
  ),
});

/** In every copy, so that executor/circle.ts has something to make a circle with. */
const CIRCLE: Snippet = ["executor/circle-b.ts", `import { a } from "./circle.ts"; export const b = () => a;`];

const copies: string[] = [];
const findings = new Map<string, string[]>();
const found = ([file, source]: Snippet) => findings.get(`${file}\n${source}`) ?? [];

/** Lints `snippets`, each at its place in an otherwise empty copy of the project; no two may be of the same file. */
async function lint(snippets: Snippet[]): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), "hatchery-import-rules-"));
  copies.push(copy);
  for (const path of CONFIGURATION) await cp(join(PROJECT, path), join(copy, path), { recursive: true });
  for (const [file, source] of [CIRCLE, ...snippets]) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), source);
  }
  const { stdout } = await execa("biome", ["lint", "--reporter=json", "--max-diagnostics=none", "."], {
    cwd: copy,
    preferLocal: true,
    localDir: PROJECT,
    reject: false,
  });
  const { diagnostics } = report.parse(JSON.parse(stdout));
  for (const [file, source] of snippets) {
    const ofFile = diagnostics.filter(({ location }) => location.path === file);
    findings.set(
      `${file}\n${source}`,
      ofFile.map(({ category, message }) => `${category}: ${message}`),
    );
  }
}

/** Splits the snippets so that no group has two of the same file. */
function apart(snippets: Snippet[]): Snippet[][] {
  const groups: Snippet[][] = [];
  for (const snippet of snippets) {
    const group = groups.find((others) => others.every(([file]) => file !== snippet[0]));
    if (group) group.push(snippet);
    else groups.push([snippet]);
  }
  return groups;
}

beforeAll(async () => {
  const snippets = [...refused.map(([file, source]): Snippet => [file, source]), ...allowed];
  for (const group of apart(snippets)) await lint(group);
});

afterAll(() => Promise.all(copies.map((copy) => rm(copy, { recursive: true }))));

describe("refuses", () => {
  test.each(refused)("%s: %s", (file, source, category, message = "") => {
    expect(found([file, source])).toContainEqual(expect.stringContaining(`${category}: ${message}`));
  });
});

describe("allows", () => {
  test.each(allowed)("%s: %s", (file, source) => {
    const aboutImports = /noRestrictedImports|noProcessEnv|noImportCycles|^plugin/;
    expect(found([file, source]).filter((finding) => aboutImports.test(finding))).toEqual([]);
  });
});
