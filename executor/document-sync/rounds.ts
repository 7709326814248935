import type { ExecutorError } from "../errors.ts";
import { typeOfFile } from "./document-files.ts";
import { Fingerprints } from "./fingerprints.ts";
import { lookAtFile } from "./look-at-file.ts";
import { filesOf, isMain, type Member, openMember } from "./member.ts";
import { asExecutorError, createSettling, isAboutDatabase, type SettlingOptions, type Unsettled } from "./settling.ts";

export interface RoundsOptions extends SettlingOptions {
  workspaceRoot: string;
  /** Whether changes of the main agent's files are looked for; what is typed in the dashboard reaches them anyway. */
  watchMain: boolean;
}

interface Files {
  dir: string;
  files: string[];
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
  /** Files without a document that cannot be used, which no row can say. */
  const complained = new Set<string>();

  /** Who lives here, and what of their documents is on disk, anew. @returns the workspaces whose files are looked at */
  async function list(): Promise<string[]> {
    const agents = await queue.listDocuments({ onlyAhead: false });
    const members = new Map<string, Member>();
    for (const agent of agents) {
      if (isMain(agent) && !watchMain) continue;
      try {
        const member = await openMember(workspaceRoot, agent);
        members.set(member.workspace.dir, member);
      } catch (error) {
        for (const { id } of agent.documents) await settling.tellOnce(id, asExecutorError(error));
      }
    }
    roster = members;
    return [...roster.keys()];
  }

  /** The whole roster against the whole disk. */
  async function lookAtAll(signal: AbortSignal): Promise<void> {
    fingerprints.clear();
    // Before the files are read: what changes from here on looks different at the next scan.
    await scan();
    await lookAt(
      [...roster].map(([dir, member]) => ({ dir, files: filesOf(member, today()) })),
      signal,
    );
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
    const unsettled: Unsettled[] = [];
    for (const { dir, files } of changed) {
      const member = roster.get(dir);
      if (member === undefined) continue;
      for (const file of files) unsettled.push(...(await lookAtOne(member, file, signal)));
    }
    await settling.settle(unsettled, signal);
  }

  async function lookAtOne(member: Member, file: string, signal: AbortSignal): Promise<Unsettled[]> {
    try {
      const look = await lookAtFile(member, file, today());
      if (look.is === "different") return [{ member, known: look.known }];
      if (look.is === "new") {
        await settling.offer(member, look, signal);
        onListChanged();
      }
    } catch (error) {
      if (signal.aborted || isAboutDatabase(error)) throw error;
      await complain(member, file, asExecutorError(error));
    }
    return [];
  }

  async function complain({ workspace, documents }: Member, file: string, error: ExecutorError): Promise<void> {
    const type = typeOfFile(file);
    const known = type === null ? undefined : documents.get(type);
    if (known !== undefined) {
      // Settled whatever it holds once it can be read again, which takes the error back.
      known.sha256 = undefined;
      return await settling.tellOnce(known.id, error);
    }
    const complaint = `${workspace.dir}/${file} ${error.code}`;
    if (!complained.has(complaint)) log.warn({ err: error, file }, "a file that cannot become a document");
    complained.add(complaint);
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
