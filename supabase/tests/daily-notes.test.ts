import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  acknowledge,
  ahead,
  disk,
  found,
  headOf,
  idOf,
  look,
  read,
  reportError,
  resolve,
  save,
  sha256,
  versions,
} from "./document-verbs.ts";
import { KEY, makeLive } from "./life.ts";
import { beat, PROJECT, seedProject, service } from "./road.ts";

const NOTE = "memory_today";
const on = (date: string) => ({ type: NOTE, date });
const FRIDAY = on("2026-11-27");
const SATURDAY = on("2026-11-28");

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
  await makeLive(database);
});
afterEach(() => database.drop());

const head = () => headOf(database, NOTE);
const known = async () => (await read(database, [await idOf(database, NOTE)]))[0]?.["knownSha256"];
const directly = (content: string) =>
  database.queryAs(
    service,
    `insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, $2, 'memory_today', $3)
     on conflict (project_id, agent_key, doc_type) do update set content = excluded.content`,
    [PROJECT, KEY, content],
  );

it("a note that an older dashboard wrote is of no day until the executor says of which", async () => {
  await directly("Fri");
  expect(await head()).toEqual({ content: "Fri", revision: 1, date: null });
  expect(await ahead(database)).toContain(NOTE);
  await acknowledge(database, await idOf(database, NOTE), 1, "Fri", FRIDAY);
  expect(await head()).toEqual({ content: "Fri", revision: 1, date: FRIDAY.date });
  expect(await versions(database, NOTE)).toMatchObject([{ content: "Fri", date: FRIDAY.date }]);
  expect(await disk(database, NOTE)).toMatchObject({ revision: 1, date: FRIDAY.date });
  expect(await ahead(database)).not.toContain(NOTE);
  await directly("Fri and Sat");
  expect(await head()).toEqual({ content: "Fri and Sat", revision: 2, date: null });
});

it("that it is acknowledged without a day is refused", async () => {
  await directly("Fri");
  await expect(acknowledge(database, await idOf(database, NOTE), 1, "Fri")).rejects.toMatchObject({ code: "PT400" });
});

it("an older dashboard's edit of a note that is on disk finds the file ours, not in conflict", async () => {
  await found(database, "Fri", null, FRIDAY);
  await directly("Fri, typed");
  expect(await known()).toContain(sha256("Fri"));
});

it("the note that an agent begins on a later day becomes head, and yesterday's stays a version", async () => {
  await found(database, "Fri", null, FRIDAY);
  expect(await found(database, "Sat", "Fri", SATURDAY)).toMatchObject({ outcome: "adopted", revision: 2 });
  expect(await head()).toEqual({ content: "Sat", revision: 2, date: SATURDAY.date });
  expect(await versions(database, NOTE)).toMatchObject([{ date: FRIDAY.date }, { date: SATURDAY.date }]);
  expect(await known()).toEqual([sha256("Sat")]);
});

it("the same text on a later day is another note", async () => {
  await found(database, "# Notes", null, FRIDAY);
  expect(await found(database, "# Notes", "# Notes", SATURDAY)).toMatchObject({ outcome: "adopted", revision: 2 });
  expect(await look(database, { type: NOTE })).toMatchObject({ docDate: SATURDAY.date, onDisk: true });
  expect(await known()).toEqual([sha256("# Notes")]);
});

it("a note of an earlier day than head's changes nothing", async () => {
  await found(database, "Sat", null, SATURDAY);
  expect(await found(database, "Fri", null, FRIDAY)).toMatchObject({ outcome: "stale", revision: 1 });
  expect(await head()).toMatchObject({ content: "Sat" });
  expect(await versions(database, NOTE)).toHaveLength(1);
});

it("what was typed into yesterday's note is written there before today's begins; what cannot be written keeps nobody", async () => {
  await found(database, "Fri", null, FRIDAY);
  await save(database, "Fri, typed late", 1, { type: NOTE });
  expect(await found(database, "Sat", "Fri", SATURDAY)).toMatchObject({ outcome: "stale" });
  const id = await idOf(database, NOTE);
  await reportError(database, id, { code: "disk_full", message: "The disk is full" });
  expect(await found(database, "Sat", "Fri", SATURDAY)).toMatchObject({ outcome: "adopted", revision: 3 });
  await save(database, "Sat, typed", 3, { type: NOTE });
  await acknowledge(database, id, 4, "Sat, typed", SATURDAY);
  expect(await found(database, "Sun", "Sat, typed", on("2026-11-29"))).toMatchObject({ outcome: "adopted" });
});

it("a conflict over yesterday's note ends when today's begins", async () => {
  await found(database, "Fri", null, FRIDAY);
  await save(database, "Fri, typed", 1, { type: NOTE });
  expect(await found(database, "Fri, on disk", "Fri", FRIDAY)).toMatchObject({ outcome: "conflict" });
  expect(await found(database, "Sat", "Fri, on disk", SATURDAY)).toMatchObject({ outcome: "adopted" });
  expect((await look(database, { type: NOTE })).conflict).toBeNull();
  const texts = (await versions(database, NOTE)).map(({ content }) => content);
  expect(texts).toEqual(["Fri", "Fri, typed", "Fri, on disk", "Sat"]);
});

it.each(["settling it", "a save"])(
  "a conflict over a note of which nobody has said the day ends in the file in which it was found, by %s",
  async (by) => {
    await save(database, "typed", 0, { type: NOTE });
    expect(await found(database, "on disk", null, FRIDAY)).toMatchObject({ outcome: "conflict" });
    expect(await head()).toEqual({ content: "typed", revision: 1, date: null });
    const version = (await look(database, { type: NOTE })).conflict?.version;
    const ended =
      by === "a save"
        ? await save(database, "on disk", 1, { type: NOTE })
        : await resolve(database, "both", 1, version, { type: NOTE });
    const content = by === "a save" ? "on disk" : "both";
    expect(ended).toMatchObject({
      outcome: "saved",
      document: { content, revision: 2, docDate: FRIDAY.date, conflict: null, onDisk: false },
    });
    expect(await ahead(database)).toContain(NOTE);
    expect(await known()).toEqual(expect.arrayContaining(["typed", "on disk"].map(sha256)));
    // Until it lies there the next day's note waits.
    expect(await found(database, "Sat", null, SATURDAY)).toMatchObject({ outcome: "stale" });
    await acknowledge(database, await idOf(database, NOTE), 2, content, FRIDAY);
    expect(await found(database, "Sat", null, SATURDAY)).toMatchObject({ outcome: "adopted", revision: 3 });
    expect((await versions(database, NOTE)).at(-2)).toMatchObject({ content, date: FRIDAY.date });
  },
);

it("my own text kept in such a conflict is of that day as well, and no other text", async () => {
  await save(database, "typed", 0, { type: NOTE });
  await found(database, "on disk", null, FRIDAY);
  const version = (await look(database, { type: NOTE })).conflict?.version;
  expect(await resolve(database, "typed", 1, version, { type: NOTE })).toMatchObject({
    document: { content: "typed", revision: 1, docDate: FRIDAY.date, onDisk: false },
  });
  expect(await versions(database, NOTE)).toHaveLength(2);
  expect(await ahead(database)).toContain(NOTE);
});

it("a save keeps the note of its day, begins that of a later day, and never one of an earlier day", async () => {
  await save(database, "Fri", 0, FRIDAY);
  expect(await save(database, "Fri, more", 1, { type: NOTE })).toMatchObject({ document: { docDate: FRIDAY.date } });
  // The same text, on another day: another note.
  expect(await save(database, "Fri, more", 2, SATURDAY)).toMatchObject({
    outcome: "saved",
    document: { docDate: SATURDAY.date, revision: 3, onDisk: false },
  });
  expect(await save(database, "Fri, more", 2, SATURDAY)).toMatchObject({ outcome: "saved", document: { revision: 3 } });
  expect(await save(database, "Fri, too late", 3, FRIDAY)).toMatchObject({ outcome: "changed" });
  expect(await save(database, "Sat", 2, SATURDAY)).toMatchObject({ outcome: "changed" });
  expect(await head()).toEqual({ content: "Fri, more", revision: 3, date: SATURDAY.date });
});

it("no day that is none is taken, and other documents have none", async () => {
  await directly("Fri");
  for (const date of ["infinity", "-infinity", "10000-01-01", "0001-01-01 BC"]) {
    await expect(
      database.query("update public.brain_docs set doc_date = $1::date where doc_type = 'memory_today'", [date]),
    ).rejects.toMatchObject({ constraint: "brain_docs_doc_date_check" });
  }
  await database.query("update public.brain_docs set doc_date = '2026-11-27'");
  expect(await headOf(database)).toMatchObject({ date: null });
});

it("pruning keeps each day its note", async () => {
  await found(database, "Thu", null, on("2026-11-26"));
  await found(database, "# Notes", null, FRIDAY);
  await found(database, "# Notes", null, SATURDAY);
  await found(database, "Sun", null, on("2026-11-29"));
  await found(database, "Sun, more", "Sun", on("2026-11-29"));
  await found(database, "Mon", null, on("2026-11-30"));
  // As if all of it had been in one hour, long ago.
  await database.query(
    "update public.brain_doc_versions set created_at = date_trunc('day', now()) - interval '20 days'",
  );
  await database.query("select private.prune_versions()");
  expect(await versions(database, NOTE)).toMatchObject([
    ...[{ content: "Thu" }, { content: "# Notes", date: FRIDAY.date }, { content: "# Notes", date: SATURDAY.date }],
    ...[{ content: "Sun, more" }, { content: "Mon" }],
  ]);
});
