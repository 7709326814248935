import { createHash } from "node:crypto";
import { z } from "zod";
import { storedDocument } from "#contract";
import type { Caller, TestDatabase } from "../../dev/testing/test-database.ts";
import { BY, KEY } from "./life.ts";
import { INSTANCE, MINI, PROJECT, service } from "./road.ts";

/** What an executor says of files, and what the function asks for people, for the tests beside this file. */
export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const row = z.record(z.string(), z.unknown());
const listedAgents = z.array(z.looseObject({ agentKey: z.string(), documents: z.array(row) }));
const answered = z.strictObject({ outcome: z.enum(["saved", "changed"]), document: storedDocument.strict() });

async function answerOf(database: TestDatabase, caller: Caller, call: string, values: unknown[]): Promise<unknown> {
  const [first] = await database.queryAs(caller, `select public.${call} as answer`, values);
  return first?.["answer"];
}

export type About = {
  executor?: string;
  instance?: string;
  caller?: Caller;
  key?: string;
  type?: string;
  date?: string | null;
};

const speaker = ({ executor = MINI, instance = INSTANCE }: Pick<About, "executor" | "instance">) => [
  executor,
  instance,
];

/** A text found on disk; `base` is the text, not its hash. */
export async function found(
  database: TestDatabase,
  content: string | null,
  base: string | null = null,
  about: About = {},
): Promise<Record<string, unknown>> {
  const [saved] = await database.queryAs(
    about.caller ?? service,
    "select outcome, doc_id, revision from public.save_document_from_disk($1, $2, $3, $4, $5, $6, $7, $8)",
    [
      ...[...speaker(about), PROJECT, about.key ?? KEY, about.type ?? "soul", content],
      ...[base === null ? null : sha256(base), about.date ?? null],
    ],
  );
  return row.parse(saved);
}

/** The file holds this revision; `text` is its text. */
export const acknowledge = (database: TestDatabase, id: string, revision: number, text: string, about: About = {}) =>
  answerOf(database, about.caller ?? service, "acknowledge_document($1, $2, $3, $4, $5, $6)", [
    ...[...speaker(about), id, revision, sha256(text), about.date ?? null],
  ]);

/** @returns the ids that were heard, sorted */
export async function acknowledgeAll(database: TestDatabase, said: unknown, about: About = {}): Promise<string[]> {
  const heard = await answerOf(database, about.caller ?? service, "acknowledge_documents($1, $2, $3)", [
    ...[...speaker(about), JSON.stringify(said)],
  ]);
  return z.array(z.string()).parse(heard).sort();
}

export const displaced = (database: TestDatabase, id: string, content: string | null, about: About = {}) =>
  answerOf(database, about.caller ?? service, "keep_displaced_document($1, $2, $3, $4, $5)", [
    ...[...speaker(about), id, content, about.date ?? null],
  ]);

export const reportError = (database: TestDatabase, id: string, error: object, about: About = {}) =>
  answerOf(database, about.caller ?? service, "report_document_error($1, $2, $3, $4)", [
    ...[...speaker(about), id, JSON.stringify(error)],
  ]);

export async function list(
  database: TestDatabase,
  about: { ahead?: boolean; projects?: string[] } & Pick<About, "executor" | "instance" | "caller"> = {},
) {
  return listedAgents.parse(
    await answerOf(database, about.caller ?? service, "list_documents($1, $2, $3, $4)", [
      ...[...speaker(about), about.ahead ?? false, about.projects ?? null],
    ]),
  );
}

/** The types of the documents whose files are still to be written. */
export const ahead = async (database: TestDatabase) =>
  (await list(database, { ahead: true })).flatMap(({ documents }) => documents.map(({ type }) => type));

export async function read(database: TestDatabase, ids: string[], about: About = {}) {
  return z
    .array(row)
    .parse(await answerOf(database, about.caller ?? service, "read_documents($1, $2, $3)", [...speaker(about), ids]));
}

export const look = async (database: TestDatabase, about: About = {}) =>
  storedDocument
    .strict()
    .parse(
      await answerOf(database, service, "read_document($1, $2, $3)", [
        ...[PROJECT, about.key ?? KEY, about.type ?? "soul"],
      ]),
    );

export const save = async (
  database: TestDatabase,
  content: string,
  base: number,
  about: About & { reason?: string } = {},
) =>
  answered.parse(
    await answerOf(database, service, "save_document($1, $2, $3, $4, $5, $6, $7, $8)", [
      ...[PROJECT, about.key ?? KEY, about.type ?? "soul", content, base, BY, about.date ?? null, about.reason ?? null],
    ]),
  );

export const resolve = async (
  database: TestDatabase,
  content: string,
  base: number,
  version: number | undefined,
  about: About = {},
) =>
  answered.parse(
    await answerOf(database, service, "resolve_document($1, $2, $3, $4, $5, $6, $7)", [
      ...[PROJECT, about.key ?? KEY, about.type ?? "soul", content, base, version, BY],
    ]),
  );

export async function idOf(database: TestDatabase, type = "soul", key = KEY): Promise<string> {
  const [doc] = await database.query("select id from public.brain_docs where agent_key = $1 and doc_type = $2", [
    key,
    type,
  ]);
  return String(doc?.["id"]);
}

export async function headOf(database: TestDatabase, type = "soul") {
  const [doc] = await database.query(
    "select content, revision, doc_date::text as date from public.brain_docs where agent_key = $1 and doc_type = $2",
    [KEY, type],
  );
  return doc;
}

/** Every version, in the order in which they came. */
export const versions = (database: TestDatabase, type = "soul") =>
  database.query(
    `select content, revision, source, author, reason, conflict, settled_at is not null as settled, doc_date::text as date
     from public.brain_doc_versions where agent_key = $1 and doc_type = $2 order by id`,
    [KEY, type],
  );

export const disk = async (database: TestDatabase, type = "soul") => {
  const [said] = await database.query(
    `select k.revision, k.sha256, k.doc_date::text as date, k.error, v.content as conflict
     from public.brain_doc_disk as k join public.brain_docs as d on d.id = k.doc_id
     left join public.brain_doc_versions as v on v.id = k.conflict_version
     where d.agent_key = $1 and d.doc_type = $2 and k.executor_id = $3`,
    [KEY, type, MINI],
  );
  return said;
};
