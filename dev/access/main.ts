/** `npm run access`: who may use a project, and which executors work for it. As service role. */
import { parseArgs } from "node:util";
import { addMember, describeAccess, removeMember, revokeExecutor, setMode } from "./commands.ts";
import { AccessError, type Connection, connect } from "./connection.ts";

const USAGE = `Usage: npm run access -- <command>

  status                                  the mode, who belongs to which project, and the executors
  members                                 nobody gets in who belongs to no project
  open                                    whoever signs in may use every project
  add <email> <role> [--project <id>]     role: viewer, operator or owner; in every project unless one is named
  remove <email or user id> [--project <id>]
  revoke <executor>                       the executor may do nothing from now on

For a hosted project set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY; otherwise it is the local stack.
`;

const OPTIONS = { project: { type: "string" }, "state-dir": { type: "string" } } as const;

/** What a command line asks for; undefined when it asks for nothing we know. */
function readCommand(command: string | undefined, args: string[], project: string | undefined) {
  const [first = "", second = ""] = args;
  const known = new Map<string, [count: number, run: (client: Connection["client"]) => Promise<void>]>([
    ["status", [0, async () => undefined]],
    ["open", [0, (client) => setMode(client, "open")]],
    ["members", [0, (client) => setMode(client, "members")]],
    ["add", [2, (client) => addMember(client, first, second, project)]],
    ["remove", [1, (client) => removeMember(client, first, project)]],
    ["revoke", [1, (client) => revokeExecutor(client, first)]],
  ]);
  const [count, run] = known.get(command ?? "") ?? [];
  return count === args.length ? run : undefined;
}

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
    const [name, ...args] = positionals;
    const run = readCommand(name, args, values.project);
    if (run === undefined) {
      process.stderr.write(USAGE);
      return 2;
    }
    const { url, client } = await connect(process.env, values["state-dir"]);
    process.stdout.write(`${url}\n`);
    await run(client);
    // After a change too: what counts is what is there now.
    for (const line of await describeAccess(client)) process.stdout.write(`${line}\n`);
    return 0;
  } catch (error) {
    const isOurs = error instanceof AccessError || (error instanceof TypeError && "code" in error);
    process.stderr.write(isOurs ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
    return isOurs ? 1 : 70;
  }
}

process.exitCode = await main();
