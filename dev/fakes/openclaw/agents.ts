import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type AgentEntry, changeConfig, readConfig } from "./config-file.ts";
import { recordFakeDelete } from "./mode.ts";
import { Refusal } from "./refusal.ts";
import { addStockFiles } from "./stock-files.ts";

const agentDirOf = (stateDir: string, id: string) => join(stateDir, "agents", id, "agent");

export function listAgents(stateDir: string): object[] {
  const { entries, defaults } = readConfig(stateDir).agents;
  const { main, ...others } = entries;
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
      isDefault: id === (defaults?.systemAgent?.agentId ?? "main"),
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
) {
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

const journalOf = (stateDir: string, id: string) => join(stateDir, "deletions", id);

/** Ids in any case, as the real one takes them. One that was cut off after the config is ended by the next. */
export function deleteAgent(
  stateDir: string,
  { id, stores, dies }: { id: string; stores: boolean; dies: boolean },
): object {
  const journal = journalOf(stateDir, id.toLowerCase());
  const found = Object.entries(readConfig(stateDir).agents.entries).find(
    ([key]) => key.toLowerCase() === id.toLowerCase(),
  );
  if (found?.[0] === "main") throw new Refusal('Agent "main" owns the legacy shared auth store and cannot be deleted.');
  if (found === undefined && !existsSync(journal))
    throw new Refusal(`Agent "${id}" not found. Run openclaw agents list to see configured agents.`);
  const [agentId, { workspace = "" }] = found ?? [id, { workspace: readFileSync(journal, "utf8") }];
  const removed: { path: string; method: string }[] = [];
  if (stores) {
    mkdirSync(join(stateDir, "deletions"), { recursive: true });
    writeFileSync(journal, workspace);
    changeConfig(stateDir, ({ agents }) => delete agents.entries[agentId]);
    if (found !== undefined) recordFakeDelete(join(stateDir, ".."), { id: agentId, workspace });
    if (dies) process.kill(process.pid, "SIGKILL");
    const isShared = Object.values(readConfig(stateDir).agents.entries).some((other) => other.workspace === workspace);
    if (!isShared) removed.push(moveToTrash(stateDir, workspace));
    rmSync(journal);
  }
  return { agentId, workspace, removedBindings: 0, removed, failed: [] };
}

function moveToTrash(stateDir: string, path: string): { path: string; method: string } {
  if (!existsSync(path)) return { path, method: "missing" };
  const trash = join(stateDir, "..", ".Trash");
  mkdirSync(trash, { recursive: true });
  renameSync(path, join(mkdtempSync(join(trash, ".fs-safe-trash-")), basename(path)));
  return { path, method: "trash" };
}
