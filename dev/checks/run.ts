/**
 * `npm run check`: says yes or no about everything that can be judged without running the product. Prints the output of
 * what failed and of nothing else; exits 1 and names what failed.
 */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { Listr, PRESET_TIMER } from "listr2";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const FUNCTION = "supabase/functions/provision-agent";

/** What is checked, and the command that says so; started in this order, the slow ones first. */
const CHECKS: [title: string, command: string][] = [
  ["generated types", "node dev/database/generate-types.ts --check"],
  [
    "types of the function",
    `deno check --quiet --node-modules-dir=manual --config ${FUNCTION}/deno.json ${FUNCTION}/index.ts`,
  ],
  ["size of the first load", "size-limit --config dev/checks/first-load.config.ts"],
  ["types", "tsc -b"],
  [
    "lint, format, imports, cycles",
    "biome ci --error-on-warnings --max-diagnostics=none --reporter=concise --colors=off",
  ],
  ["dead code", "knip --no-progress --treat-config-hints-as-errors"],
  ["generated templates", "node dev/templates/generate.ts --check"],
  ["exact versions, complete locks", "node dev/checks/dependencies.ts"],
  ["migrations", "squawk --reporter gcc supabase/migrations/*.sql"],
];

const failures: { title: string; command: string; output: string }[] = [];

/** Throws when the command fails, after keeping what it printed. */
async function runCheck(title: string, command: string): Promise<void> {
  const [file = "", ...args] = command.split(" ");
  const env = process.stderr.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const result = await execa(file, args, { cwd: PROJECT, preferLocal: true, env, all: true, reject: false });
  if (!result.failed) return;
  failures.push({ title, command, output: result.all ?? result.shortMessage });
  throw new Error("failed", { cause: result });
}

const tasks = CHECKS.map(([title, command]) => ({ title, task: () => runCheck(title, command) }));

await new Listr(tasks, {
  concurrent: 2,
  exitOnError: false,
  fallbackRenderer: "simple",
  rendererOptions: { timer: PRESET_TIMER },
  fallbackRendererOptions: { timer: PRESET_TIMER },
}).run();

for (const { title, command, output } of failures) console.error(`\n── ${title}: ${command}\n\n${output}`);
if (failures.length > 0) {
  console.error(`\nFailed: ${failures.map(({ title }) => title).join("; ")}`);
  process.exitCode = 1;
}
