import { createAgentCommand, createAgentsCommand } from "../_shared/contract.ts";
import { type CallerReader, unauthorized } from "./caller.ts";
import type { Created, CreatedMany, Database } from "./database.ts";
import { type Asked, hashCommand, readIdempotencyKey } from "./idempotency.ts";
import { logEvent } from "./log.ts";
import { prepareAgent } from "./new-agent.ts";
import { parseCommand, readJson } from "./parse-command.ts";

/**
 * POST /: one agent and the request to provision it, as `{agent, request}`; with `{agents: [...]}` as many as that, all or
 * none, as `{agents: [{agent, request}]}`. Throws a Refusal.
 */
export async function createAgent(
  request: Request,
  readCaller: CallerReader,
  database: Database,
): Promise<Created | CreatedMany> {
  const { role, requestedBy } = await readCaller(request.headers);
  if (role === "anon" && (await database.readAccessMode()) !== "open") {
    throw unauthorized("This project is open to its members only", "Sign in first");
  }
  const key = readIdempotencyKey(request.headers);
  const body = await readJson(request);
  const ask = async (command: unknown): Promise<Asked> => ({
    requestedBy,
    key,
    commandSha256: await hashCommand(command),
  });
  return isBatch(body) ? createMany(body, ask, database) : createOne(body, ask, database);
}

function isBatch(body: unknown): boolean {
  return typeof body === "object" && body !== null && "agents" in body;
}

type Ask = (command: unknown) => Promise<Asked>;

async function createOne(body: unknown, ask: Ask, database: Database): Promise<Created> {
  const command = parseCommand(createAgentCommand, body);
  const asked = await ask(command);
  const before = await database.readAnswer(asked);
  if (before !== null) return before;

  const projects = await database.readProjectNames([command.projectId]);
  const created = await database.createAgent(prepareAgent(command, projects), asked);
  logCreated(created);
  return created;
}

async function createMany(body: unknown, ask: Ask, database: Database): Promise<CreatedMany> {
  const { agents } = parseCommand(createAgentsCommand, body);
  const asked = await ask(agents);
  const before = await database.readAnswerToMany(asked);
  if (before !== null) return before;

  const projects = await database.readProjectNames([...new Set(agents.map(({ projectId }) => projectId))]);
  const wanted = agents.map((command) => prepareAgent(command, projects));
  const created = await database.createAgents(wanted, asked);
  for (const one of created.agents) logCreated(one);
  return created;
}

function logCreated({ agent, request }: Created): void {
  logEvent("info", "agent_requested", { requestId: request.id, agentKey: agent.agent_key });
}
