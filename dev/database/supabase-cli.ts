import { createRequire } from "node:module";

/** The Supabase CLI comes from npm for Linux on x64 alone; elsewhere one on the PATH serves. */
export function findSupabaseCli(): string {
  try {
    return createRequire(import.meta.url).resolve("@supabase/cli-linux-x64/bin/supabase");
  } catch (error) {
    if (process.platform === "linux" && process.arch === "x64") throw error;
    return "supabase";
  }
}
