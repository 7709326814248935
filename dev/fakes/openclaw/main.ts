/** Stands in for the `openclaw` executable: same commands, same output, same config file, and faults on demand (mode.ts). */
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { addAgent, deleteAgent, listAgents, setIdentity } from "./agents.ts";
import { doByHand } from "./by-hand.ts";
import { dropAgents } from "./config-file.ts";
import { waitAtGate } from "./gate.ts";
import { callGateway } from "./gateway-call.ts";
import { runGateway } from "./gateway-run.ts";
import { misbehave, onlyWaits } from "./misbehaviour.ts";
import { type FakeMode, type FakeVerb, fakeVerb, readFakeMode, recordFakeAdd, recordFakeCall } from "./mode.ts";
import { Refusal } from "./refusal.ts";
import { recordThisWrite } from "./writes.ts";

const home = process.env["OPENCLAW_HOME"] ?? homedir();
const stateDir = join(home, ".openclaw");

const about = z.object({ agentId: z.string().optional(), name: z.string().optional() });

function parseCommand(argv: string[]) {
  const verb = verbOf(argv);
  const { values, positionals } = parseArgs({
    args: verb === "--version" ? [] : argv,
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      "non-interactive": { type: "boolean" },
      workspace: { type: "string", default: "" },
      agent: { type: "string", default: "" },
      name: { type: "string", default: "" },
      emoji: { type: "string", default: "" },
      force: { type: "boolean" },
      params: { type: "string", default: "{}" },
      port: { type: "string", default: "18789" },
      timeout: { type: "string", default: "10000" },
    },
  });
  return { ...values, verb, agentId: values.agent || askedOfGateway(values.params) || (positionals[2] ?? "") };
}

/** The agent that the parameters of a gateway's method are about. */
function askedOfGateway(text: string): string {
  const { agentId, name } = about.parse(JSON.parse(text));
  return agentId ?? name ?? "";
}

async function answer(command: ReturnType<typeof parseCommand>, mode: FakeMode): Promise<object> {
  const { verb, agentId, workspace, name, emoji, force, port, timeout, params } = command;
  const stores = !mode.lying.includes(verb);
  dropAgents(stateDir, mode.losing[verb] ?? []);
  if (verb === "agents list") return listAgents(stateDir);
  if (verb === "models status") return { auth: { missingProvidersInUse: mode.missingProviders[agentId] ?? [] } };
  if (verb === "agents add") {
    const agent = { id: agentId, workspace };
    const added = addAgent(stateDir, { ...agent, stores });
    if (stores) recordFakeAdd(home, agent);
    return added;
  }
  if (verb === "agents delete") {
    // Without a terminal it asks nobody, and does nothing.
    if (!force) throw new Refusal("Non-interactive session. Re-run with --force.");
    return deleteAgent(stateDir, { id: agentId, stores, dies: mode.cutDeletes });
  }
  if (verb.startsWith("gateway call")) return await callGateway(verb, { port, timeout, params }, mode);
  return setIdentity(stateDir, { id: agentId, name, emoji, stores });
}

function verbOf(argv: string[]): FakeVerb {
  const words = argv[0] === "gateway" ? 3 : argv[0] === "--version" ? 1 : 2;
  const known = fakeVerb.safeParse(argv.slice(0, words).join(" "));
  if (known.success) return known.data;
  throw new Refusal(`OpenClaw has no command "${argv.join(" ")}".`);
}

const READS: FakeVerb[] = ["--version", "agents list", "models status"];
const isWrite = (verb: FakeVerb) => !READS.includes(verb);

async function run(argv: string[]): Promise<void> {
  const mode = readFakeMode(home);
  const noise = (line: string) => (mode.noisy ? `${line}\n` : "");
  process.stderr.write(noise("[state] slow SQLite coordinator lock wait [212 ms]"));
  try {
    const command = parseCommand(argv);
    const { verb } = command;
    if (isWrite(verb) && !onlyWaits(verb, mode))
      recordThisWrite(
        home,
        { verb, agentId: command.agentId },
        { isDeaf: mode.hanging[verb]?.ignoresSigterm ?? false },
      );
    await waitAtGate(mode.gate, { verb, argv, when: "before" });
    await misbehave(verb, mode, home);
    if (verb === "--version") {
      process.stdout.write(`OpenClaw ${mode.version ?? "2026.9.6"} (stand-in)\n`);
      return;
    }
    const given = await answer(command, mode);
    await waitAtGate(mode.gate, { verb, argv, when: "after" });
    const agentId = mode.answeringFor[verb];
    const text = JSON.stringify(agentId ? { ...given, agentId } : given, null, 2);
    process.stdout.write(`${noise('[plugins] loaded {3} of [3]: "memory"')}${text}\n${noise("[info] done {ok}")}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stdout.write(
      `${JSON.stringify({ ok: false, error: { ...error.details, message: error.message } }, null, 2)}\n`,
    );
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

const argv = process.argv.slice(2);
if (argv.join(" ") === "gateway run") await runGateway(home, stateDir);
else if (!doByHand(argv, home, stateDir)) {
  recordFakeCall(home, { argv, pid: process.pid });
  await run(argv);
}
