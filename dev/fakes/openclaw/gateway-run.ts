import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { userInfo } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { addAgent, deleteAgent, setIdentity } from "./agents.ts";
import { readConfig } from "./config-file.ts";
import { waitAtGate } from "./gate.ts";
import { readFakeMode, recordFakeAdd } from "./mode.ts";
import { Refusal } from "./refusal.ts";
import { writeIdentity } from "./stock-files.ts";

/** What `gateway call` of the stand-in asks the gateway for. */
const gatewayCall = z.object({
  method: z.enum(["agents.create", "agents.update", "agents.delete"]),
  params: z.object({
    name: z.string().default(""),
    workspace: z.string().default(""),
    emoji: z.string().default(""),
    agentId: z.string().default(""),
  }),
});
type GatewayCall = z.infer<typeof gatewayCall>;

/** `gateway run`: carries out what it is asked for, whether or not somebody still waits for its answer. Never ends by itself. */
export async function runGateway(home: string, stateDir: string): Promise<void> {
  const port = readConfig(stateDir).gateway?.port;
  const server = createServer((request, response) => {
    serve(home, stateDir, request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.destroy();
    });
  }).listen({ port, host: "127.0.0.1" });
  await once(server, "listening");
  const folder = join(stateDir, "tmp", `openclaw-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true });
  const lock = { pid: process.pid, port, configPath: join(stateDir, "openclaw.json") };
  writeFileSync(join(folder, "gateway.state.lock"), JSON.stringify(lock));
  process.stdout.write("[gateway] ready\n");
}

async function serve(
  home: string,
  stateDir: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url === "/healthz") return void response.end(JSON.stringify({ ok: true, status: "live" }));
  const call = gatewayCall.parse(await json(request));
  const { gate, lying } = readFakeMode(home);
  const about = { verb: `gateway ${call.method}`, argv: [] };
  await waitAtGate(gate, { ...about, when: "before" });
  const answer = inGatewayWords(() => carryOut(call, home, stateDir, !lying.includes(`gateway call ${call.method}`)));
  await waitAtGate(gate, { ...about, when: "after" });
  response.end(JSON.stringify(answer));
}

/** The id that the gateway makes out of a name. */
const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "");

function carryOut({ method, params }: GatewayCall, home: string, stateDir: string, stores: boolean): object {
  const { agentId, name, workspace, emoji } = params;
  if (method === "agents.delete") return deleteAgent(stateDir, { id: agentId, stores, dies: false });
  if (method === "agents.create") {
    const agent = { id: slugOf(name), workspace };
    if (agent.id === "") throw new Refusal(`Agent name "${name}" has no valid id characters.`);
    addAgent(stateDir, { ...agent, stores });
    if (stores) recordFakeAdd(home, agent);
    return { agentId: agent.id, name, workspace };
  }
  const { storedWorkspace } = setIdentity(stateDir, { id: agentId, name, emoji, stores });
  if (stores) writeIdentity(storedWorkspace, { name, emoji });
  return { agentId };
}

/** Without its period and with a small letter; and it knows no command line that would help. */
function inGatewayWords(work: () => object): object {
  try {
    return { ok: true, ...work() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const message = error.message.replace(/^Agent "/, 'agent "').replace(/\..*$/, "");
    return { ok: false, message };
  }
}
