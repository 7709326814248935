import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { startScratchDatabase } from "./scratch-database.ts";

/**
 * Writes supabase/database.types.ts from the migrations, as the Supabase CLI reads them off a real database.
 * With `--check` writes nothing and exits 1 when the file is not current.
 */
const TYPES = fileURLToPath(new URL("../../supabase/database.types.ts", import.meta.url));

/** The Supabase CLI comes from npm for Linux on x64 alone; elsewhere one on the PATH serves. */
function findCli(): string {
  try {
    return createRequire(import.meta.url).resolve("@supabase/cli-linux-x64/bin/supabase");
  } catch (error) {
    if (process.platform === "linux" && process.arch === "x64") throw error;
    return "supabase";
  }
}

await using database = await startScratchDatabase();
const { stdout } = await execa(findCli(), [
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
