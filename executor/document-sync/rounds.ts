import type { ListedAgent } from "../document-verbs.ts";
import type { ExecutorError } from "../errors.ts";
import { asExecutorError } from "./document-errors.ts";
import { typeOfFile } from "./document-files.ts";
import { Fingerprints } from "./fingerprints.ts";
import { lookAtFile } from "./look-at-file.ts";
import { filesOf, type Head, type Heads, isMain, type Member, openMember } from "./member.ts";
import { createSettling, type Same, type SettlingOptions, type Unsettled } from "./settling.ts";

export interface RoundsOptions extends SettlingOptions {
  workspaceRoot: string;
  /** Whether changes of the main agent's files are looked for; what is typed in the dashboard reaches them anyway. */
  watchMain: boolean;
}

interface Files {
  dir: string;
  files: string[];
}

interface Found {
  same: Same[];
  unsettled: Unsettled[];
}

/** Documents that are edited while their files are written are ahead again at once, but not for ever. */
const PASSES = 5;

/** The looks that a document sync takes. Each throws a QueueError when the database cannot be used, and may be taken again. */
export function createRounds(options: RoundsOptions) {
  const { queue, workspaceRoot, watchMain, today, onListChanged, log } = options;
  const settling = createSettling(options);
  const fingerprints = new Fingerprints();
  /** Whose files are looked at, by workspace folder. */
  let roster = new Map<string, Member>();
  /** What a file may be compared with in the look that follows a listing, and not later: much may be said of it by then. */
  let heads = new Map<string, Head>();
  /** Files without a document that cannot be used, which no row can say: why (a code), by workspace folder and file. */
  const complained = new Map<string, Map<string, string>>();

  /** Who lives here, and what of their documents is on disk, anew. @returns the workspaces whose files are looked at */
  async function list(): Promise<string[]> {
    const agents = await listAll();
    const members = new Map<string, Member>();
    const listed = new Map<string, Head>();
    for (const agent of agents) {
      if (isMain(agent) && !watchMain) continue;
      try {
        const member = await openMember(workspaceRoot, agent);
        members.set(member.workspace.dir, member);
        for (const { id, revision, sha256, disk } of agent.documents)
          if (!disk?.isConflict) listed.set(id, { revision, sha256 });
      } catch (error) {
        for (const { id } of agent.documents) await settling.tellOnce(id, asExecutorError(error));
      }
    }
    roster = members;
    heads = listed;
    for (const dir of complained.keys()) if (!members.has(dir)) complained.delete(dir);
    return [...roster.keys()];
  }

  async function listAll(): Promise<ListedAgent[]> {
    try {
      return await queue.listDocuments({ onlyAhead: false });
    } catch (error) {
      settling.forgetSilence();
      throw error;
    }
  }

  /** The whole roster against the whole disk. */
  async function lookAtAll(signal: AbortSignal): Promise<void> {
    fingerprints.clear();
    // Before the files are read: what changes from here on looks different at the next scan.
    await scan();
    const all = [...roster].map(([dir, member]) => ({ dir, files: filesOf(member, today()) }));
    const { same, unsettled } = await read(all, heads, signal);
    heads = new Map();
    unsettled.push(...(await settling.acknowledge(same, signal)));
    await settling.settle(unsettled, signal);
  }

  /** Files that look different than last time. */
  async function scan(): Promise<Files[]> {
    const changed: Files[] = [];
    for (const [dir, member] of roster) {
      const files = await fingerprints.differing(dir, filesOf(member, today()));
      if (files.length > 0) changed.push({ dir, files });
    }
    return changed;
  }

  async function lookAt(changed: Files[], signal: AbortSignal): Promise<void> {
    const { unsettled } = await read(changed, new Map(), signal);
    await settling.settle(unsettled, signal);
  }

  async function read(files: Files[], heads: Heads, signal: AbortSignal): Promise<Found> {
    const found: Found = { same: [], unsettled: [] };
    for (const { dir, files: own } of files) {
      const member = roster.get(dir);
      if (member === undefined) continue;
      for (const file of own) await readOne(member, file, { heads, found, signal });
    }
    return found;
  }

  async function readOne(
    member: Member,
    file: string,
    { heads, found, signal }: { heads: Heads; found: Found; signal: AbortSignal },
  ): Promise<void> {
    try {
      const look = await lookAtFile(member, file, today(), heads);
      if (look.is === "same") found.same.push(look);
      if (look.is === "different") found.unsettled.push({ member, known: look.known });
      if (look.is === "new") {
        await settling.offer(member, look, signal);
        onListChanged();
      }
      complained.get(member.workspace.dir)?.delete(file);
      settling.answered(`${member.workspace.dir}/${file}`);
    } catch (error) {
      if (signal.aborted || settling.endsLook(`${member.workspace.dir}/${file}`, error)) throw error;
      await complain(member, file, asExecutorError(error));
    }
  }

  async function complain({ workspace, documents }: Member, file: string, error: ExecutorError): Promise<void> {
    const type = typeOfFile(file);
    const known = type === null ? undefined : documents.get(type);
    if (known !== undefined) {
      // Settled whatever it holds once it can be read again, which takes the error back.
      known.sha256 = undefined;
      return await settling.tellOnce(known.id, error);
    }
    const complaints = complained.get(workspace.dir) ?? new Map<string, string>();
    complained.set(workspace.dir, complaints);
    if (complaints.get(file) !== error.code) log.warn({ err: error, file }, "a file that cannot become a document");
    complaints.set(file, error.code);
  }

  return {
    list,
    lookAtAll,
    scan,
    lookAt,

    /** Writes what is ahead of the disk, until nothing is. */
    async applyAhead(signal: AbortSignal): Promise<void> {
      for (let pass = 1; pass <= PASSES && !signal.aborted; pass += 1) {
        const agents = await queue.listDocuments({ onlyAhead: true });
        if (agents.length === 0) return;
        const unsettled: Unsettled[] = [];
        for (const agent of agents) {
          try {
            unsettled.push(...unsettledOf(await openMember(workspaceRoot, agent)));
          } catch (error) {
            for (const { id } of agent.documents) await settling.tell(id, asExecutorError(error));
          }
        }
        await settling.settle(unsettled, signal);
      }
    },
  };

  /** What is ahead of a member, known to the roster from now on as well. */
  function unsettledOf(found: Member): Unsettled[] {
    const member = roster.get(found.workspace.dir) ?? found;
    return [...found.documents].map(([type, known]) => {
      member.documents.set(type, known);
      return { member, known };
    });
  }
}
