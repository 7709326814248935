import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { execa } from "execa";
import { expect, it } from "vitest";
import { z } from "zod";
import { migrate } from "../../dev/database/migrate.ts";
import { createShape } from "../../dev/database/shapes/shape-database.ts";

const findings = z.array(
  z
    .object({ name: z.string(), cache_key: z.string(), metadata: z.object({ schema: z.string(), name: z.string() }) })
    .transform(({ name, cache_key, metadata }) => ({
      key: cache_key,
      lint: name,
      table: `${metadata.schema}.${metadata.name}`,
    })),
);

/** What Supabase's own linter has to say of a database, at any level. */
async function advise(url: string) {
  const cli = createRequire(import.meta.url).resolve("@supabase/cli-linux-x64/bin/supabase");
  const { stdout } = await execa(cli, [
    ...["db", "advisors", "--db-url", `${url}?sslmode=disable`],
    ...["--type", "all", "--level", "info", "-o", "json"],
  ]);
  // Where it finds nothing it prints no list either.
  return findings.parse(JSON.parse(stdout || "[]"));
}

/** The rows `| lint | tables | why |` of SECURITY.md, as lint and the tables it is argued for, `schema.*` for all of them. */
async function readArguments() {
  const page = await readFile(new URL("../../SECURITY.md", import.meta.url), "utf8");
  return Array.from(page.matchAll(/^\| `(\w+)` \| `([\w.*]+)` \| \S.+ \|$/gm), ([, lint, table]) => ({ lint, table }));
}

// The CLI comes from npm for Linux on x64 alone.
it.skipIf(process.platform !== "linux" || process.arch !== "x64").for(["empty", "M"] as const)(
  "on %s Supabase's linter finds nothing more than before, but what SECURITY.md argues for",
  async (shape) => {
    await using database = await createShape(shape);
    const before = new Set((await advise(database.url)).map(({ key }) => key));
    await migrate(database.url);
    const found = (await advise(database.url)).filter(({ key }) => !before.has(key));
    const argued = await readArguments();
    const isArgued = ({ lint, table }: (typeof found)[number]) =>
      argued.some((row) => row.lint === lint && (row.table === table || row.table === `${table.split(".")[0]}.*`));
    expect(found.filter((one) => !isArgued(one))).toEqual([]);
    // The linter did look: tables that have policies for nobody are there on purpose.
    expect(found).toContainEqual(expect.objectContaining({ lint: "rls_enabled_no_policy", table: "private.settings" }));
  },
);
