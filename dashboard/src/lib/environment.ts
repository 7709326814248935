/**
 * Where the project's Supabase is; set when the dashboard is built.
 * @throws Error when the build had no such setting.
 */
function readSetting(name: "VITE_SUPABASE_URL" | "VITE_SUPABASE_KEY", value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`${name} was not set when this dashboard was built`);
}

// Written out in full: the build puts the values in the place of exactly these words.
export const environment = {
  supabaseUrl: readSetting("VITE_SUPABASE_URL", import.meta.env["VITE_SUPABASE_URL"]),
  /** A publishable key; never a secret one. */
  supabaseKey: readSetting("VITE_SUPABASE_KEY", import.meta.env["VITE_SUPABASE_KEY"]),
};
