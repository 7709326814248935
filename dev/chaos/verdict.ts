import { join } from "node:path";
import { z } from "zod";
import { requestStatus } from "#contract";
import { type HomeFindings, homeFindings, type Listed } from "./home-findings.ts";
import type { Machine } from "./machine.ts";
import type { World } from "./world.ts";
import { judgeWrites, lateWrites } from "./write-verdict.ts";

/**
 * What one scene asked for, and how it may end: done, unless an error is the honest end of its fault. What was asked of an
 * agent last says what must be true of it in the end.
 */
export interface Asked {
  kind: "provision" | "set_identity" | "deprovision";
  requestId: string;
  agentId: string;
  name: string;
  emoji: string;
  /** By type, as they were given; what is in the database and on disk in the end must be the same bytes. */
  documents: Record<string, string>;
  /** The executor that it was bound to when it was asked for, and that alone may do it. */
  boundTo: string | undefined;
  /** Codes of the errors that are an honest end; none when it must be done. */
  mayEndAs: string[];
  /** How many attempts it must have taken, where a fault must not cost one; any number when undefined. */
  attempts: number | undefined;
}

/** One sentence for each thing that is not as it should be. */
export interface Verdict {
  lost: string[];
  doubled: string[];
  wrongEnd: string[];
}

const requestRow = z.object({
  id: z.string(),
  status: requestStatus,
  attempts: z.int(),
  result: z.looseObject({ code: z.string().optional() }).nullable(),
  provisioned: z.boolean().nullable(),
  workspace_path: z.string().nullable(),
  executor_id: z.string().nullable(),
  completed_ms: z.coerce.number().nullable(),
  documents: z.record(z.string(), z.string()),
  has_status: z.boolean(),
  settlements: z.coerce.number(),
});
type RequestRow = z.infer<typeof requestRow>;

/** settlements: each settlement leaves one activity, written by the function that settles and by the tables' own triggers. */
const ROWS = `
  select r.id, r.status, r.attempts, r.result, a.provisioned, a.workspace_path, a.executor_id,
    extract(epoch from r.completed_at) * 1000 as completed_ms,
    coalesce((
      select jsonb_object_agg(d.doc_type, d.content) from public.brain_docs as d
      where d.project_id = r.project_id and d.agent_key = r.agent_key
    ), '{}') as documents,
    exists (
      select from public.agent_status as s where s.project_id = r.project_id and s.agent_key = r.agent_key
    ) as has_status,
    (
      select count(*) from public.activities as v
      where v.project_id = r.project_id and v.actor_agent_key = r.agent_key
        and v.type in (
          'agent_provisioned', 'agent_identity_saved', 'agent_removed', 'request_failed', 'request_cancelled'
        )
    ) as settlements
  from public.agent_provision_requests as r
  left join public.agents as a on a.project_id = r.project_id and a.agent_key = r.agent_key
  where r.project_id = $1`;

/** Judges a scene once its requests have ended, or have had long enough, and its executors have stopped. */
export async function judge(
  world: World,
  { projectId, asked, machines }: { projectId: string; asked: Asked[]; machines: Machine[] },
): Promise<Verdict> {
  const rows = z.array(requestRow).parse(await world.query(ROWS, [projectId]));
  // Two executors may have one home.
  const inHomes = [...new Map(machines.map((machine) => [machine.home, machine])).values()];
  const homes = await Promise.all(inHomes.map(homeFindings));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const last = [...new Map(asked.map((one) => [one.agentId, one])).values()];
  return {
    lost: [
      ...asked.flatMap((one) => unended(one, byId.get(one.requestId))),
      ...last.flatMap((one) => lostTexts(one, byId.get(one.requestId))),
    ],
    doubled: last.flatMap((one) => doubled(one, asked, byId.get(one.requestId), homes)),
    wrongEnd: [
      ...asked.flatMap((one) => wronglyDone(one, byId.get(one.requestId))),
      ...last.flatMap((one) => wrongEnd(one, byId.get(one.requestId), homes)),
      ...homes.flatMap((home) => [...home.leftovers, ...judgeWrites(home.writes), ...strangers(asked, home)]),
      ...machines.flatMap((machine) => (machine.isRunning() ? [`The executor of ${machine.name} still runs`] : [])),
    ],
  };
}

/** Without an honest end: neither done nor error, or an error that the fault does not explain. */
function unended({ agentId, mayEndAs }: Asked, row: RequestRow | undefined): string[] {
  if (row === undefined) return [`${agentId}: its rows are gone`];
  const code = row.result?.code ?? "";
  const hasEnded = row.status === "done" || (row.status === "error" && mayEndAs.includes(code));
  return hasEnded ? [] : [`${agentId}: ${row.status} ${code} after ${row.attempts} attempts`];
}

/** The rows of an agent that nobody removed, or a text of them. */
function lostTexts({ kind, agentId, documents }: Asked, row: RequestRow | undefined): string[] {
  if (kind === "deprovision" || row === undefined) return [];
  if (row.provisioned === null) return [`${agentId}: its rows are gone`];
  const gone = Object.entries(documents).filter(([type, text]) => row.documents[type] !== text);
  return gone.map(([type]) => `${agentId}: its document ${type} is not what it was`);
}

const times = (ids: string[], id: string) => ids.filter((one) => one === id).length;

/** In two runtimes, or added, removed or settled more often than it was asked for; by the stand-in's record and the database's history. */
function doubled({ agentId }: Asked, asked: Asked[], row: RequestRow | undefined, homes: HomeFindings[]): string[] {
  const requests = asked.filter((one) => one.agentId === agentId);
  const wanted = (kind: Asked["kind"]) => requests.filter((one) => one.kind === kind).length;
  const holders = homes.filter(({ agents }) => agents.has(agentId)).length;
  const [adds, deletes] = [homes.flatMap((home) => home.adds), homes.flatMap((home) => home.deletes)];
  const [added, removed] = [times(adds, agentId), times(deletes, agentId)];
  return [
    ...(holders > 1 ? [`${agentId}: is in ${holders} runtimes`] : []),
    ...(added > wanted("provision") ? [`${agentId}: was added ${added} times`] : []),
    ...(removed > wanted("deprovision") ? [`${agentId}: was removed ${removed} times`] : []),
    ...(row !== undefined && row.settlements > requests.length
      ? [`${agentId}: was settled ${row.settlements} times`]
      : []),
  ];
}

/** Tried too often, or by whom it was not asked of. */
function wronglyDone({ agentId, kind, boundTo, attempts }: Asked, row: RequestRow | undefined): string[] {
  if (row === undefined) return [];
  return [
    ...(boundTo === undefined || row.provisioned === null || row.executor_id === boundTo
      ? []
      : [`${agentId}: was bound to another executor`]),
    ...(attempts === undefined || row.attempts === attempts
      ? []
      : [`${agentId}: took ${row.attempts} attempts, not ${attempts} (${kind})`]),
  ];
}

/** Said to be done and is not so, said to be an error and lives, or written to when all was said. */
function wrongEnd(asked: Asked, row: RequestRow | undefined, homes: HomeFindings[]): string[] {
  if (row === undefined) return [];
  const { agentId, kind } = asked;
  const [listed] = homes.flatMap(({ agents }) => agents.get(agentId) ?? []);
  const late = homes.flatMap(({ writes }) => lateWrites(agentId, row.completed_ms, writes));
  if (kind === "deprovision") return [...late, ...(row.status === "done" ? remains(asked, row, homes) : [])];
  const isDone = row.status === "done";
  return [
    ...(kind === "set_identity" || row.provisioned === isDone
      ? []
      : [`${agentId}: ${row.status}, and provisioned is ${row.provisioned}`]),
    ...late,
    ...(kind === "provision" && row.status === "error" && listed !== undefined
      ? [`${agentId}: ended as error, and lives`]
      : []),
    ...(isDone && listed === undefined ? [`${agentId}: done, and not in openclaw agents list`] : []),
    ...(isDone && listed !== undefined ? differences(asked, row, listed) : []),
  ];
}

/** What is left of an agent that was removed, beside its history; its folder must lie in the trash. */
function remains({ agentId }: Asked, row: RequestRow, homes: HomeFindings[]): string[] {
  const files = homes.flatMap(({ kept }) => kept);
  const folder = join(".openclaw", `workspace-${agentId}`);
  const isTrashed = files.some((path) => path.startsWith(".Trash") && path.endsWith(`workspace-${agentId}/SOUL.md`));
  return [
    ...(homes.some(({ agents }) => agents.has(agentId)) ? [`${agentId}: was removed, and lives`] : []),
    ...(row.provisioned !== null || row.has_status || Object.keys(row.documents).length > 0
      ? [`${agentId}: was removed, and its rows are there`]
      : []),
    ...(files.some((path) => path === folder) ? [`${agentId}: was removed, and its workspace is in its place`] : []),
    ...(isTrashed ? [] : [`${agentId}: was removed, and its files are not in the trash`]),
  ];
}

/** Agents that nobody asked for, beside the one that is there from the start. */
function strangers(asked: Asked[], { agents }: HomeFindings): string[] {
  const known = new Set(["main", ...asked.map(({ agentId }) => agentId)]);
  return [...agents.keys()].filter((id) => !known.has(id)).map((id) => `${id}: lives, and nobody asked for it`);
}

function differences({ agentId, name, emoji, documents }: Asked, row: RequestRow, listed: Listed): string[] {
  const wanted: Record<string, [string | null | undefined, string]> = {
    name: [listed.identityName, name],
    emoji: [listed.identityEmoji, emoji],
    workspace: [row.workspace_path, listed.workspace],
  };
  const wrong = Object.entries(wanted).filter(([, [is, shouldBe]]) => is !== shouldBe);
  const files = Object.entries(documents).filter(([type, text]) => listed.files.get(type) !== text);
  const identity = listed.files.get("identity") ?? "";
  return [
    ...wrong.map(([what, [is, shouldBe]]) => `${agentId}: ${what} is ${is}, not ${shouldBe}`),
    ...files.map(([type]) => `${agentId}: the file of its document ${type} is not the same bytes`),
    ...(identity.includes(name) && identity.includes(emoji)
      ? []
      : [`${agentId}: IDENTITY.md knows it by another name`]),
  ];
}
