import pg from "pg";

/**
 * Gives a database the default privileges that Supabase projects had until 30 October 2026: whatever is made in public
 * afterwards is granted to every API role. A table or function that is not locked down by name is open there.
 */
export async function withOldDefaultPrivileges(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const objects of ["tables", "functions", "sequences"]) {
      await client.query(
        `alter default privileges in schema public grant all on ${objects} to anon, authenticated, service_role`,
      );
    }
  } finally {
    await client.end();
  }
}
