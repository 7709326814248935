import { createAgentCommand, createAgentsCommand } from "../_shared/contract.ts";
import type { Caller, CallerReader } from "./caller.ts";
import type { Created, CreatedMany, Database } from "./database.ts";
import { type Asked, hashCommand, readIdempotencyKey } from "./idempotency.ts";
import { logEvent } from "./log.ts";
import { requireMayWrite, requireMayWriteAll, requireOpenToAnon } from "./membership.ts";
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
  const caller = await readCaller(request.headers);
  await requireOpenToAnon(caller, database);
  const key = readIdempotencyKey(request.headers);
  const body = await readJson(request);
  const ask = async (command: unknown): Promise<Asked> => ({
    requestedBy: caller.requestedBy,
    key,
    commandSha256: await hashCommand(command),
  });
  return isBatch(body) ? createMany(body, caller, ask, database) : createOne(body, caller, ask, database);
}

function isBatch(body: unknown): boolean {
  return typeof body === "object" && body !== null && "agents" in body;
}

type Ask = (command: unknown) => Promise<Asked>;

async function createOne(body: unknown, caller: Caller, ask: Ask, database: Database): Promise<Created> {
  const command = parseCommand(createAgentCommand, body);
  const asked = await ask(command);
  const before = await database.readAnswer(asked);
  if (before !== null) return before;

  await requireMayWrite(caller, command.projectId, database);
  const projects = await database.readProjectNames([command.projectId]);
  const created = await database.createAgent(prepareAgent(command, projects), asked);
  logCreated(created);
  return created;
}

async function createMany(body: unknown, caller: Caller, ask: Ask, database: Database): Promise<CreatedMany> {
  const { agents } = parseCommand(createAgentsCommand, body);
  const asked = await ask(agents);
  const before = await database.readAnswerToMany(asked);
  if (before !== null) return before;

  await requireMayWriteAll(caller, agents, database);
  const projects = await database.readProjectNames([...new Set(agents.map(({ projectId }) => projectId))]);
  const wanted = agents.map((command) => prepareAgent(command, projects));
  const created = await database.createAgents(wanted, asked);
  for (const one of created.agents) logCreated(one);
  return created;
}

function logCreated({ agent, request }: Created): void {
  logEvent("info", "agent_requested", { requestId: request.id, agentKey: agent.agent_key });
}
