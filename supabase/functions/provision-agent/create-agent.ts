import { type CreateAgentCommand, createAgentCommand, createAgentsCommand } from "../_shared/contract.ts";
import { type CallerReader, unauthorized } from "./caller.ts";
import type { Created, CreatedMany, Database } from "./database.ts";
import { hashCommand, readIdempotencyKey } from "./idempotency.ts";
import { logEvent } from "./log.ts";
import { prepareAgent } from "./new-agent.ts";
import { parseCommand, readJson } from "./parse-command.ts";
import { Refusal } from "./refusal.ts";

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

  if (isBatch(body)) {
    const { agents } = parseCommand(createAgentsCommand, body);
    const projects = await readProjects(agents, database);
    requireEveryProject(agents, projects);
    const wanted = agents.map((command) => prepareAgent(command, projects.get(command.projectId) ?? ""));
    const created = await database.createAgents(wanted, requestedBy, key, await hashCommand(agents));
    for (const one of created.agents) logCreated(one);
    return created;
  }

  const command = parseCommand(createAgentCommand, body);
  const project = await readProject(command.projectId, database);
  if (project === null) throw new Refusal(NO_PROJECT, { status: 404, code: "project_not_found", field: "projectId" });
  const wanted = prepareAgent(command, project);
  const created = await database.createAgent(wanted, requestedBy, key, await hashCommand(command));
  logCreated(created);
  return created;
}

const NO_PROJECT = "There is no such project";

function isBatch(body: unknown): boolean {
  return typeof body === "object" && body !== null && "agents" in body;
}

/** The project's name as one line of text, as a document wants it: it predates our rules for names. Null: no such project. */
async function readProject(id: string, database: Database): Promise<string | null> {
  const name = await database.readProjectName(id);
  return name === null ? null : name.replace(/\s+/g, " ").trim() || id;
}

/** The names of the projects of a batch, by id. */
async function readProjects(agents: CreateAgentCommand[], database: Database): Promise<Map<string, string | null>> {
  const ids = [...new Set(agents.map(({ projectId }) => projectId))];
  return new Map(await Promise.all(ids.map(async (id) => [id, await readProject(id, database)] as const)));
}

function requireEveryProject(agents: CreateAgentCommand[], projects: ReadonlyMap<string, string | null>): void {
  const errors = agents.flatMap(({ projectId }, index) =>
    projects.get(projectId) === null
      ? [{ index, code: "project_not_found" as const, message: NO_PROJECT, field: "projectId" }]
      : [],
  );
  if (errors.length > 0) throw new Refusal(NO_PROJECT, { status: 404, code: "project_not_found", errors });
}

function logCreated({ agent, request }: Created): void {
  logEvent("info", "agent_requested", { requestId: request.id, agentKey: agent.agent_key });
}
