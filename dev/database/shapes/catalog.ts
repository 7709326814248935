import { z } from "zod";
import type { ShapeDatabase } from "./shape-database.ts";

/** One statement for each kind of thing in a database, answering `thing` (its name, with its schema) and `facts` about it. */
const KINDS = {
  schema: `select nspname as thing, row(nspowner::regrole, nspacl)::text as facts from pg_namespace`,
  table: `select c.oid::regclass::text as thing, row(relkind, relowner::regrole, relrowsecurity, relforcerowsecurity,
      relreplident, relpersistence, reloptions)::text as facts, relnamespace as schema from pg_class as c`,
  grants: `select c.oid::regclass::text as thing, relacl::text as facts, relnamespace as schema from pg_class as c
    where relacl is not null
    union all select c.oid::regclass || '.' || attname, attacl::text, relnamespace
    from pg_attribute join pg_class as c on c.oid = attrelid where attacl is not null`,
  column: `select attrelid::regclass || '.' || attname as thing, row(format_type(atttypid, atttypmod), attnotnull,
      attidentity, attgenerated, pg_get_expr(adbin, adrelid))::text as facts, relnamespace as schema
    from pg_attribute join pg_class as c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped and relkind in ('r', 'v')`,
  constraint: `select conrelid::regclass || '.' || conname as thing, row(pg_get_constraintdef(oid), convalidated)::text
      as facts, connamespace as schema from pg_constraint`,
  index: `select indexrelid::regclass::text as thing, row(pg_get_indexdef(indexrelid), indisvalid)::text as facts,
      relnamespace as schema from pg_index join pg_class as c on c.oid = indexrelid`,
  view: `select c.oid::regclass::text as thing, pg_get_viewdef(c.oid) as facts, relnamespace as schema
    from pg_class as c where relkind = 'v'`,
  policy: `select polrelid::regclass || '.' || polname as thing, row(polcmd, polpermissive, polroles::regrole[],
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))::text as facts, relnamespace as schema
    from pg_policy join pg_class as c on c.oid = polrelid`,
  function: `select oid::regprocedure::text as thing, row(pg_get_functiondef(oid), proowner::regrole, proacl)::text
      as facts, pronamespace as schema from pg_proc where prokind in ('f', 'p')`,
  trigger: `select tgrelid::regclass || '.' || tgname as thing, row(pg_get_triggerdef(t.oid), tgenabled)::text as facts,
      relnamespace as schema from pg_trigger as t join pg_class as c on c.oid = tgrelid where not tgisinternal`,
  type: `select oid::regtype::text as thing, row(typtype, typacl)::text as facts, typnamespace as schema from pg_type`,
  comment: `select pg_describe_object(classoid, objoid, objsubid) as thing, description as facts from pg_description
    where objoid >= 16384`,
  publication: `select pubname as thing, row(pubowner::regrole, puballtables, pubinsert, pubupdate, pubdelete)::text as facts
    from pg_publication`,
  published: `select pubname || '.' || prrelid::regclass as thing, row(prqual, prattrs)::text as facts
    from pg_publication_rel join pg_publication as p on p.oid = prpubid`,
  "default privilege": `select row(defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype)::text as thing,
      defaclacl::text as facts from pg_default_acl`,
} as const;

const entry = z.object({ thing: z.string(), facts: z.string().nullable() });

/** What the database holds besides rows: `{"policy public.agents.everything": "(…)"}`; what Postgres itself brings left out. */
export async function readCatalog(database: ShapeDatabase): Promise<Record<string, string | null>> {
  const catalog: Record<string, string | null> = {};
  for (const [kind, sql] of Object.entries(KINDS)) {
    const scope = sql.includes(" as schema")
      ? "where schema::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')"
      : "";
    const rows = await database.query(`select thing, facts from (${sql}) as things ${scope} order by thing`);
    for (const { thing, facts } of z.array(entry).parse(rows)) catalog[`${kind} ${thing}`] = facts;
  }
  return catalog;
}
