import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { startScratchDatabase } from "./scratch-database.ts";
import { findSupabaseCli } from "./supabase-cli.ts";

/**
 * Writes supabase/database.types.ts from the migrations, as the Supabase CLI reads them off a real database.
 * With `--check` writes nothing and exits 1 when the file is not current.
 */
const TYPES = fileURLToPath(new URL("../../supabase/database.types.ts", import.meta.url));

await using database = await startScratchDatabase();
const { stdout } = await execa(findSupabaseCli(), [
  "gen",
  "types",
  "--lang",
  "typescript",
  "--schema",
  "public",
  "--db-url",
  `${database.url}?sslmode=disable`,
]);
const { stdout: types } = await execa("biome", ["format", "--stdin-file-path=types.ts"], {
  input: `${stdout}\n`,
  preferLocal: true,
});

if (!process.argv.includes("--check")) {
  await writeFile(TYPES, `${types}\n`);
} else if ((await readFile(TYPES, "utf8")) !== `${types}\n`) {
  console.error("supabase/database.types.ts is not current: run npm run generate");
  process.exitCode = 1;
}
