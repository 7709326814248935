import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { errorCode } from "./error-code.ts";

const configFile = z.object({
  functions: z
    .record(
      z.string(),
      z.object({
        enabled: z.boolean().default(true),
        verify_jwt: z.boolean().default(true),
        entrypoint: z.string().optional(),
        import_map: z.string().optional(),
      }),
    )
    .default({}),
});

/** One Edge Function; paths are absolute. */
export type FunctionConfig = {
  name: string;
  entrypoint: string;
  /** A deno.json, or undefined when the function needs none. */
  denoConfig: string | undefined;
  verifyJwt: boolean;
};

/**
 * The functions in `<supabaseDir>/functions/<name>/index.ts`, with what config.toml says of each. Folders that begin
 * with an underscore hold shared code.
 * @throws Error when config.toml is not what the Supabase CLI would take.
 */
export async function readFunctionConfigs(supabaseDir: string): Promise<FunctionConfig[]> {
  const file = join(supabaseDir, "config.toml");
  const parsed = configFile.safeParse(parse((await readIfThere(file)) ?? ""));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);

  const folders = await readdir(join(supabaseDir, "functions"), { withFileTypes: true }).catch(orWhenMissing([]));
  const found: FunctionConfig[] = [];
  for (const { name } of folders.filter((folder) => folder.isDirectory() && !folder.name.startsWith("_"))) {
    const said = parsed.data.functions[name];
    const entrypoint = resolve(supabaseDir, said?.entrypoint ?? join("functions", name, "index.ts"));
    if (said?.enabled === false || (await readIfThere(entrypoint)) === undefined) continue;
    const denoConfig = resolve(supabaseDir, said?.import_map ?? join(dirname(entrypoint), "deno.json"));
    const hasConfig = (await readIfThere(denoConfig)) !== undefined;
    found.push({
      name,
      entrypoint,
      denoConfig: hasConfig ? denoConfig : undefined,
      verifyJwt: said?.verify_jwt ?? true,
    });
  }
  return found;
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(orWhenMissing(undefined));
}

function orWhenMissing<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (errorCode(error) === "ENOENT") return value;
    throw error;
  };
}
