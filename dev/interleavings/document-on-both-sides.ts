import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type DocumentType, documentAnswer, documentChanged, documentFile } from "#contract";
import { errorCode } from "../stack/error-code.ts";
import type { FileMove, RowMove } from "./plan.ts";
import type { Tally } from "./tally.ts";

/** Every line that is ever written looks so: a text that is cut off shows. */
const WHOLE_TEXT = /^(?:«[^«»]*»\n)*$/;

export interface Place {
  /** Of the function: `…/files/<type>`. */
  url: string;
  headers: Record<string, string>;
  workspace: string;
  /** Outside of every workspace, on the same file system. */
  scratch: string;
  agentId: string;
  type: DocumentType;
  /** The local day of the machine. */
  today: string;
  query(sql: string, values: unknown[]): Promise<Record<string, unknown>[]>;
  tally: Tally;
}

/** One document, changed from both sides at once, with a memory of all that must not be lost. */
export function documentOnBothSides(place: Place) {
  const { url, headers, workspace, scratch, agentId, type, today, query, tally } = place;
  const path = join(workspace, documentFile(type, today));
  const agentKey = `agent:${agentId}:main`;
  /** Saved by the function or the table. */
  const saved = new Set<string>();
  /** Put on disk by its agent, and replaced by somebody else since. */
  const replaced = new Set<string>();
  /** Put on disk by its agent last. */
  let standing: string | undefined;
  let count = 0;

  const line = (how: string) => {
    count += 1;
    return `«${agentId} ${count} ${how}»\n`;
  };

  async function onDisk(): Promise<string | null> {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    }
  }

  /** What the agent wrote before and finds no more was replaced by the executor; what it replaces itself is its own affair. */
  function settleStanding(found: string | null): void {
    if (standing !== undefined && found !== standing) replaced.add(standing);
    standing = undefined;
  }

  async function append(): Promise<void> {
    const before = await onDisk();
    settleStanding(before);
    await using handle = await open(path, "a+");
    await handle.write(line("appended"));
    const text = await readFile(path, "utf8");
    // Into a file that was replaced in this very moment: nobody can see that, and agents write whole files.
    const isSame = (await handle.stat()).ino === (await lstat(path)).ino;
    if (isSame) standing = text;
  }

  async function replace(text: string): Promise<void> {
    const temporary = join(scratch, randomUUID());
    await writeFile(temporary, text);
    settleStanding(await onDisk());
    await rename(temporary, path);
    standing = text;
  }

  async function ask(method: string, what: string, body?: unknown) {
    const response = await fetch(`${url}${what}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.status === 409) return { isTaken: false, document: documentChanged.parse(answer).document };
    if (!response.ok) throw new Error(`${method} ${what} of ${agentId} answered ${JSON.stringify(answer)}`);
    return { isTaken: true, document: documentAnswer.parse(answer).document };
  }

  /** As a page does: on the text that it has read, and merged when that has changed meanwhile. */
  async function save(thinks: number): Promise<void> {
    let { document } = await ask("GET", "");
    await pause(thinks);
    for (let tries = 1; ; tries += 1) {
      const content = `${document.content}${line("saved")}`;
      const answer = await ask("PUT", "", { content, baseRevision: document.revision });
      document = answer.document;
      if (answer.isTaken) {
        saved.add(content);
        tally.savesByFunction += 1;
        return;
      }
      tally.merges += 1;
      if (tries === 10) throw new Error(`${agentId} changed ${tries} times while it was saved`);
    }
  }

  async function settle(thinks: number): Promise<void> {
    const { document } = await ask("GET", "");
    if (document.conflict === null) return;
    await pause(thinks);
    const { content: theirs, version } = document.conflict;
    const merge = `${document.content}${line("merged")}`;
    const content = [document.content, theirs, merge][count % 3] ?? merge;
    const settled = await ask("POST", "/resolve", {
      content,
      baseRevision: document.revision,
      conflictVersion: version,
    });
    if (!settled.isTaken) return;
    saved.add(content);
    tally.settlements += 1;
  }

  async function writeTable(): Promise<void> {
    const content = line("written to the table");
    const rows = await query(
      "update public.brain_docs set content = $3 where agent_key = $1 and doc_type = $2 returning id",
      [agentKey, type, content],
    );
    if (rows.length === 0) return;
    saved.add(content);
    tally.savesByTable += 1;
  }

  const fileMoves: Record<FileMove, () => Promise<void>> = {
    append,
    replace: () => replace(line("replaced")),
    "change back": async () => {
      const [older] = saved;
      if (older !== undefined) await replace(older);
    },
    delete: async () => {
      settleStanding(await onDisk());
      await rm(path, { force: true });
    },
  };
  const rowMoves: Record<RowMove, (thinks: number) => Promise<void>> = { save, settle, "write table": writeTable };

  return {
    async prepare(): Promise<void> {
      await mkdir(dirname(path), { recursive: true });
    },

    async changeRow({ move, thinks }: { move: RowMove; thinks: number }): Promise<void> {
      await rowMoves[move](thinks);
    },

    /** One at a time. */
    async changeFile({ move }: { move: FileMove }): Promise<void> {
      tally.diskEdits += 1;
      await fileMoves[move]();
    },

    /** @throws Error when a reader would find half a text */
    async look(): Promise<void> {
      tally.looks += 1;
      const text = await onDisk();
      if (text !== null && !WHOLE_TEXT.test(text))
        throw new Error(`Half a text is in ${path}: ${JSON.stringify(text)}`);
    },

    /** Undefined once nothing is under way; else why it is not quiet. */
    async unrest(): Promise<string | undefined> {
      const text = await onDisk();
      const [row] = await query(
        `select d.content, d.revision, k.revision as acknowledged, v.content as conflict
         from public.brain_docs as d
         left join public.brain_doc_disk as k on k.doc_id = d.id
         left join public.brain_doc_versions as v on v.id = k.conflict_version
         where d.agent_key = $1 and d.doc_type = $2`,
        [agentKey, type],
      );
      if (row === undefined) return text === null ? undefined : "its file has no document";
      if (row["conflict"] !== null)
        return text === null || text === row["conflict"] ? undefined : "its conflict is about another text";
      if (text !== row["content"])
        return `its file says ${JSON.stringify(text)}, the document ${JSON.stringify(row["content"])}`;
      return row["acknowledged"] === row["revision"] ? undefined : "its file is not acknowledged";
    },

    /** Sentences about what is neither head nor a version. */
    async losses(): Promise<string[]> {
      settleStanding(null);
      const rows = await query(
        `select content from public.brain_doc_versions where agent_key = $1 and doc_type = $2
         union select content from public.brain_docs where agent_key = $1 and doc_type = $2`,
        [agentKey, type],
      );
      const kept = new Set(rows.map(({ content }) => content));
      return [
        ...[...saved]
          .filter((text) => !kept.has(text))
          .map((text) => `${agentKey}: saved and lost: ${JSON.stringify(text)}`),
        ...[...replaced]
          .filter((text) => !kept.has(text))
          .map((text) => `${agentKey}: on disk and lost: ${JSON.stringify(text)}`),
      ];
    },
  };
}
