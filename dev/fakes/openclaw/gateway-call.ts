import { z } from "zod";
import { addAgent, deleteAgent, Refusal, setIdentity } from "./agents.ts";
import { type FakeMode, type FakeVerb, recordFakeAdd } from "./mode.ts";
import { writeIdentity } from "./stock-files.ts";

const params = z.object({
  name: z.string().default(""),
  workspace: z.string().default(""),
  emoji: z.string().default(""),
  agentId: z.string().default(""),
});

const transportError = (message: string, kind: "closed" | "timeout") =>
  new Refusal(message, 1, { type: "gateway_transport_error", kind });

/** The id that the gateway makes out of a name. */
const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** `gateway call`: does by itself what the gateway on this port would do, and says it in the gateway's words. */
export async function callGateway(
  verb: FakeVerb,
  { home, stateDir, port, text }: { home: string; stateDir: string; port: string; text: string },
  mode: FakeMode,
): Promise<object> {
  if (mode.withoutCredentials) {
    const message = `${verb} requires credentials before opening a websocket`;
    throw new Refusal(message, 1, { type: "gateway_credentials_required" });
  }
  await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => {
    throw transportError(`Gateway not reachable at ws://127.0.0.1:${port} (ECONNREFUSED).`, "closed");
  });
  const lost = mode.unanswered[verb];
  if (lost !== false) {
    const answer = inGatewayWords(() => carryOut(verb, { home, stateDir, stores: !mode.lying.includes(verb) }, text));
    if (lost === undefined) return { ok: true, ...answer };
  }
  throw transportError("gateway timeout after 30000ms", "timeout");
}

function carryOut(
  verb: FakeVerb,
  { home, stateDir, stores }: { home: string; stateDir: string; stores: boolean },
  text: string,
): object {
  const { agentId, name, workspace, emoji } = params.parse(JSON.parse(text));
  if (verb === "gateway call agents.delete") return deleteAgent(stateDir, { id: agentId, stores, dies: false });
  if (verb === "gateway call agents.create") {
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
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const message = error.message.replace(/^Agent "/, 'agent "').replace(/\..*$/, "");
    throw new Refusal(
      message,
      1,
      { type: "gateway_request_error", code: "INVALID_REQUEST", retryable: false },
      { cause: error },
    );
  }
}
