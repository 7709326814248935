import { z } from "zod";
import type { ShapeDatabase } from "./shape-database.ts";

const grant = z.object({ thing: z.string(), roles: z.string().nullable() });

/** Of each function, table and sequence in public and private, which API role may do what: `{"public.executors": "…"}`. */
export async function readGrants(database: Pick<ShapeDatabase, "query">): Promise<Map<string, string | null>> {
  const rows = await database.query(`
    with roles (role) as (values ('anon'), ('authenticated'), ('service_role')),
    spaces (space, name) as (select oid, nspname from pg_namespace where nspname in ('public', 'private'))
    select name || '.' || proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as thing,
      (select string_agg(role, ' ') from roles where has_function_privilege(role, p.oid, 'execute')) as roles
    from pg_proc as p join spaces on space = pronamespace
    union all
    select name || '.' || relname,
      (select string_agg(role || ' ' || verb, ', ' order by role, verb) from roles,
       unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as verb
       where has_table_privilege(role, c.oid, verb))
    from pg_class as c join spaces on space = relnamespace where relkind in ('r', 'v')
    union all
    select name || '.' || relname || '.' || attname,
      (select string_agg(role || ' ' || verb, ', ' order by role, verb) from roles,
       unnest(array['select', 'insert', 'update', 'references']) as verb where has_column_privilege(role, c.oid, attnum, verb))
    from pg_class as c join spaces on space = relnamespace join pg_attribute on attrelid = c.oid
    where relkind in ('r', 'v') and attnum > 0 and not attisdropped
    union all
    select name || '.' || relname,
      (select string_agg(role || ' ' || verb, ', ' order by role, verb) from roles,
       unnest(array['usage', 'select', 'update']) as verb where has_sequence_privilege(role, c.oid, verb))
    from pg_class as c join spaces on space = relnamespace where relkind = 'S'`);
  return new Map(
    z
      .array(grant)
      .parse(rows)
      .map(({ thing, roles }) => [thing, roles]),
  );
}
