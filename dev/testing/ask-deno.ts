import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type Tried, type Verdicts, verdicts } from "../browser/contract-in-page.ts";
import { findDeno } from "../stack/binaries.ts";

const JUDGE = new URL("../browser/contract-in-page.ts", import.meta.url);
const CONFIG = fileURLToPath(new URL("../../supabase/functions/provision-agent/deno.json", import.meta.url));
const SCRIPT = `
  import { judge } from ${JSON.stringify(JUDGE.href)};
  console.log(judge(await new Response(Deno.stdin.readable).text()));
`;

/** What the Deno that runs the Edge Function says of each name and emoji. */
export async function askDeno(tried: Tried): Promise<Verdicts> {
  const { stdout } = await execa(
    findDeno(),
    ["eval", "--no-check", "--cached-only", "--config", CONFIG, "--node-modules-dir=manual", SCRIPT],
    { input: JSON.stringify(tried), env: { DENO_NO_UPDATE_CHECK: "1" } },
  );
  return verdicts.parse(JSON.parse(stdout));
}
