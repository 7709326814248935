import { z } from "zod";
import { requestStatus } from "#contract";
import { type HomeFindings, homeFindings, type Listed } from "./home-findings.ts";
import type { Machine } from "./machine.ts";
import type { World } from "./world.ts";
import { judgeWrites, lateWrites } from "./write-verdict.ts";

/** What one scene asked for, and how it may end: done, unless an error is the honest end of its fault. */
export interface Asked {
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
  settlements: z.coerce.number(),
});
type RequestRow = z.infer<typeof requestRow>;

/** settlements: each settlement leaves one activity, written by the function that settles and by the table's own trigger. */
const ROWS = `
  select r.id, r.status, r.attempts, r.result, a.provisioned, a.workspace_path, a.executor_id,
    extract(epoch from r.completed_at) * 1000 as completed_ms,
    coalesce((
      select jsonb_object_agg(d.doc_type, d.content) from public.brain_docs as d
      where d.project_id = r.project_id and d.agent_key = r.agent_key
    ), '{}') as documents,
    (
      select count(*) from public.activities as v
      where v.project_id = r.project_id and v.actor_agent_key = r.agent_key
        and v.type in ('agent_provisioned', 'request_failed', 'request_cancelled')
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
  return {
    lost: asked.flatMap((one) => lost(one, byId.get(one.requestId))),
    doubled: asked.flatMap((one) => doubled(one, byId.get(one.requestId), homes)),
    wrongEnd: [
      ...asked.flatMap((one) => wrongEnd(one, byId.get(one.requestId), homes)),
      ...homes.flatMap((home) => [...home.leftovers, ...judgeWrites(home.writes), ...strangers(asked, home)]),
      ...machines.flatMap((machine) => (machine.isRunning() ? [`The executor of ${machine.name} still runs`] : [])),
    ],
  };
}

/** Without an honest end: neither done nor error, or an error that the fault does not explain; or a text that is gone. */
function lost({ agentId, documents, mayEndAs }: Asked, row: RequestRow | undefined): string[] {
  if (row === undefined || row.provisioned === null) return [`${agentId}: its rows are gone`];
  const gone = Object.entries(documents).filter(([type, text]) => row.documents[type] !== text);
  const texts = gone.map(([type]) => `${agentId}: its document ${type} is not what it was`);
  const code = row.result?.code ?? "";
  const hasEnded = row.status === "done" || (row.status === "error" && mayEndAs.includes(code));
  return hasEnded ? texts : [...texts, `${agentId}: ${row.status} ${code} after ${row.attempts} attempts`];
}

/** In two runtimes, added twice, or settled twice; by the stand-in's record and the database's history. */
function doubled({ agentId }: Asked, row: RequestRow | undefined, homes: HomeFindings[]): string[] {
  const holders = homes.filter(({ agents }) => agents.has(agentId)).length;
  const adds = homes.flatMap((home) => home.adds).filter((id) => id === agentId).length;
  return [
    ...(holders > 1 ? [`${agentId}: is in ${holders} runtimes`] : []),
    ...(adds > 1 ? [`${agentId}: was added ${adds} times`] : []),
    ...(row !== undefined && row.settlements > 1 ? [`${agentId}: was settled ${row.settlements} times`] : []),
  ];
}

/** Said to be done and is not so, said to be an error and lives, tried too often, or written to when all was said. */
function wrongEnd(asked: Asked, row: RequestRow | undefined, homes: HomeFindings[]): string[] {
  if (row === undefined) return [];
  const { agentId, boundTo, attempts } = asked;
  const [listed] = homes.flatMap(({ agents }) => agents.get(agentId) ?? []);
  const isDone = row.status === "done";
  return [
    ...(row.provisioned === isDone ? [] : [`${agentId}: ${row.status}, and provisioned is ${row.provisioned}`]),
    ...(boundTo === undefined || row.executor_id === boundTo ? [] : [`${agentId}: was bound to another executor`]),
    ...(attempts === undefined || row.attempts === attempts
      ? []
      : [`${agentId}: took ${row.attempts} attempts, not ${attempts}`]),
    ...homes.flatMap(({ writes }) => lateWrites(agentId, row.completed_ms, writes)),
    ...(row.status === "error" && listed !== undefined ? [`${agentId}: ended as error, and lives`] : []),
    ...(isDone && listed === undefined ? [`${agentId}: done, and not in openclaw agents list`] : []),
    ...(isDone && listed !== undefined ? differences(asked, row, listed) : []),
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
