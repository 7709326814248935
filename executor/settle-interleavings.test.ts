import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentFile } from "#contract";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { KEY, makeLive } from "../supabase/tests/life.ts";
import { beat, PROJECT, service } from "../supabase/tests/road.ts";
import { type Settled, settleDocument } from "./documents.ts";
import { openWorkspace, sha256 } from "./workspace.ts";

/** `STORIES=1000` plays more, which takes minutes. */
const STORIES = Number(process.env["STORIES"] ?? 60);
const DAYS = ["2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"];

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
beforeAll(async () => {
  world = await startExecutorStack();
  home = await world.newHome();
  await beat(world.database);
  await makeLive(world.database);
});
afterAll(() => world.stop());

/** `text` is the number of one of a few texts, so that old ones come again. */
const text = fc.integer({ min: 1, max: 5 });
const step = fc.oneof(
  fc.record({
    does: fc.constantFrom("save", "write the row", "edit", "save by renaming", "settle, edited meanwhile"),
    text,
  }),
  fc.record({ does: fc.constantFrom("resolve"), text }),
  fc.record({ does: fc.constantFrom("remove the file", "settle", "next day", "cut off before", "cut off after") }),
  /** At this word to the database, which it hears or not. */
  fc.record({ does: fc.constantFrom("settle, killed"), word: fc.integer({ min: 1, max: 3 }), isHeard: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Type = "soul" | "memory_today";

class Killed extends Error {}

/** One agent with one document, from its first text on. */
async function begin(type: Type) {
  const { database } = world;
  const queue = world.queue();
  await database.query("delete from public.brain_docs");
  await database.query("delete from public.brain_doc_versions");
  const [doc] = await database.query(
    "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, $2, $3, 'Text 0') returning id",
    [PROJECT, KEY, type],
  );
  const id = String(doc?.["id"]);
  rmSync(join(home, "workspace-ricky"), { recursive: true, force: true });
  const workspace = await openWorkspace(home, "ricky");
  let day = 0;
  const today = () => DAYS[day] ?? "";
  const file = () => (type === "soul" ? "SOUL.md" : `memory/${today()}.md`);
  /** What the agent left in each file, and what must be in the history in the end. */
  const left = new Map<string, string>();
  const owed = new Set(["Text 0"]);

  const read = (name: string) => {
    try {
      return readFileSync(join(workspace.dir, name), "utf8");
    } catch {
      // Not there.
      return null;
    }
  };
  function edit(content: string, isRenamed: boolean) {
    const path = join(workspace.dir, file());
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(isRenamed ? `${path}.draft` : path, content);
    if (isRenamed) renameSync(`${path}.draft`, path);
    left.set(file(), content);
  }
  const said = { words: 0 };
  async function settle({ word = 0, isHeard = false, meanwhile = (): unknown => null } = {}): Promise<Settled | null> {
    const stop = new AbortController();
    said.words = 0;
    const verb =
      <A extends unknown[], T>(ask: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        said.words += 1;
        if (said.words !== word) return await ask(...args);
        if (isHeard) await ask(...args);
        stop.abort(new Killed());
        throw new Killed();
      };
    let isLookedAt = false;
    const throwIfAborted = () => {
      if (!isLookedAt) meanwhile();
      isLookedAt = true;
      if (stop.signal.aborted) throw new Killed();
    };
    const edges = {
      queue: {
        acknowledgeDocument: verb(queue.acknowledgeDocument),
        saveDocumentFromDisk: verb(queue.saveDocumentFromDisk),
        keepDisplacedDocument: verb(queue.keepDisplacedDocument),
      },
      agent: { projectId: PROJECT, agentKey: KEY },
      signal: Object.assign(new AbortController().signal, { throwIfAborted }),
      log: recordedLog().log,
    };
    const [document] = await queue.readDocumentsById([id]);
    if (document === undefined) throw new Error("The document lives elsewhere");
    const seen = new Map(left);
    try {
      const settled = await settleDocument(workspace, document, edges, today());
      // The note of a new day is looked at after the one before it, and what was edited meanwhile with it.
      const isFirst = settled.file === documentFile(type, document.docDate ?? today());
      const found = (isFirst ? seen : left).get(settled.file);
      if (found !== undefined) owed.add(found);
      return settled;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return null;
    } finally {
      for (const [name, content] of left) if (read(name) !== content) owed.add(content);
      for (const name of left.keys()) left.set(name, read(name) ?? "");
    }
  }
  async function look() {
    const [row] = await database.query(
      `select d.content, d.revision, d.doc_date::text as day, k.conflict_version is not null as conflict, k.conflict_version
       from public.brain_docs as d left join public.brain_doc_disk as k on k.doc_id = d.id`,
    );
    return { ...row, content: String(row?.["content"]), day: row?.["day"], isConflict: row?.["conflict"] === true };
  }
  return {
    id,
    workspace,
    owed,
    said,
    settle,
    edit,
    look,
    read,
    file,
    left,
    nextDay: () => (day = Math.min(day + 1, 3)),
  };
}
type Story = Awaited<ReturnType<typeof begin>>;

/** As SIGKILL leaves the folder in the middle of a write, before the exchange and after it. */
function cutOff({ workspace, file, read, left, owed }: Story, isExchanged: boolean, content: string) {
  const text = read(file());
  const path = join(workspace.dir, file());
  const name = (ending: string) => join(dirname(path), `.${file().split("/").at(-1)}.hatchery${ending}`);
  if (text === null || readdirSync(dirname(path)).some((entry) => entry.includes("hatchery"))) return;
  writeFileSync(name(""), isExchanged ? content : content.slice(0, 3));
  linkSync(path, name("-displaced"));
  if (!isExchanged) return;
  renameSync(name(""), path);
  owed.add(text);
  left.set(file(), content);
}

async function take(story: Story, taken: Step, type: Type) {
  const { database } = world;
  const content = "text" in taken ? `Text ${taken.text}` : "";
  const head = await story.look();
  const revision = Reflect.get(head, "revision");
  switch (taken.does) {
    case "save":
    case "resolve": {
      const call =
        taken.does === "save"
          ? "save_document($1, $2, $3, $4, $5, 'user-7')"
          : "resolve_document($1, $2, $3, $4, $5, $6, 'user-7')";
      const conflict = taken.does === "save" ? [] : [Reflect.get(head, "conflict_version")];
      if (taken.does === "resolve" && !head.isConflict) return;
      const values = [PROJECT, KEY, type, content, revision, ...conflict];
      await database.queryAs(service, `select public.${call}`, values);
      story.owed.add(content);
      return;
    }
    case "write the row":
      await database.query("update public.brain_docs set content = $1", [content]);
      story.owed.add(content);
      return;
    case "edit":
    case "save by renaming":
      return story.edit(content, taken.does === "save by renaming");
    case "remove the file":
      rmSync(join(story.workspace.dir, story.file()), { force: true });
      return void story.left.delete(story.file());
    case "next day":
      return void story.nextDay();
    case "cut off before":
    case "cut off after":
      return cutOff(story, taken.does === "cut off after", head.content);
    case "settle, edited meanwhile":
      return void (await story.settle({ meanwhile: () => story.edit(content, false) }));
    case "settle, killed":
      return void (await story.settle(taken));
    default:
      return void (await story.settle());
  }
}

test(`${STORIES} stories of savers, agents and killed executors lose no text and end in one`, {
  timeout: 2_000 * STORIES,
}, async () => {
  const stories = fc.asyncProperty(
    fc.constantFrom<Type>("soul", "memory_today"),
    fc.array(step, { minLength: 3, maxLength: 10 }),
    async (type, steps) => {
      const story = await begin(type);
      for (const taken of steps) await take(story, taken, type);

      for (let round = 0; round < 3; round += 1) await story.settle();
      const head = await story.look();
      const quiet = await story.settle();
      expect(story.said.words, "words to the database when all is quiet").toBe(0);
      expect(await story.look()).toEqual(head);
      const found = story.read(quiet?.file ?? "");
      if (head.isConflict) expect(quiet?.outcome).toBe("conflict");
      else expect(found).toBe(head.content);
      if (!head.isConflict) expect(quiet?.sha256).toBe(sha256(head.content));
      const rows = await world.database.query("select content from public.brain_doc_versions");
      const kept = rows.map(({ content }) => content);
      expect(kept).toEqual(expect.arrayContaining([...story.owed].filter((text) => text !== "")));
      const names = readdirSync(story.workspace.dir, { recursive: true }).map(String);
      expect(names.filter((name) => name.includes("hatchery"))).toEqual([]);
    },
  );
  await fc.assert(stories, { seed: 20261127, numRuns: STORIES });
});
