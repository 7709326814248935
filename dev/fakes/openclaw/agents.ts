import { join } from "node:path";
import { type AgentEntry, changeConfig, readConfig } from "./config-file.ts";
import { addStockFiles } from "./stock-files.ts";

/** A refusal that the real CLI prints as `{"ok":false,"error":…}`. */
export class Refusal extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const agentDirOf = (stateDir: string, id: string) => join(stateDir, "agents", id, "agent");

export function listAgents(stateDir: string): object[] {
  const { main, ...others } = readConfig(stateDir).agents.entries;
  const first = { workspace: join(stateDir, "workspace"), ...main };
  return Object.entries<AgentEntry>({ main: first, ...others }).map(
    ([id, { name, identity, workspace, agentDir }]) => ({
      id,
      ...(name !== undefined && { name }),
      ...(identity?.name !== undefined && { identityName: identity.name }),
      ...(identity?.emoji !== undefined && { identityEmoji: identity.emoji }),
      ...(identity && { identitySource: "config" }),
      workspace,
      agentDir: agentDir ?? agentDirOf(stateDir, id),
      bindings: 0,
      isDefault: id === "main",
    }),
  );
}

export function addAgent(
  stateDir: string,
  { id, workspace, stores }: { id: string; workspace: string; stores: boolean },
): object {
  const agentDir = agentDirOf(stateDir, id);
  changeConfig(stateDir, ({ agents }) => {
    if (Object.hasOwn(agents.entries, id)) throw new Refusal(`Agent "${id}" already exists.`);
    const main = { workspace: join(stateDir, "workspace") };
    const added = { name: id, workspace, agentDir, identity: { name: id } };
    if (stores) agents.entries = { main, ...agents.entries, [id]: added };
  });
  if (stores) addStockFiles(workspace, id);
  const bindings = { added: [], updated: [], skipped: [], conflicts: [] };
  return { agentId: id, name: id, workspace, agentDir, bindings };
}

export function setIdentity(
  stateDir: string,
  { id, name, emoji, stores }: { id: string; name: string; emoji: string; stores: boolean },
): object {
  const named = { identity: { name, emoji }, storedWorkspace: "" };
  changeConfig(stateDir, ({ agents }) => {
    const entry = Object.hasOwn(agents.entries, id) ? agents.entries[id] : undefined;
    if (!entry) throw new Refusal(`Agent "${id}" not found. Create it with \`openclaw agents add\`.`);
    named.identity = { ...entry.identity, name, emoji };
    named.storedWorkspace = entry.workspace ?? "";
    if (stores) entry.identity = named.identity;
  });
  return { agentId: id, workspace: null, identityFile: null, ...named };
}
