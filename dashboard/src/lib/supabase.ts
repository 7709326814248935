import { createClient } from "@supabase/supabase-js";
import type { Database } from "#database";

/** The one client of the page. It reads the session from the address (`#access_token=…`) or from the last visit. */
export const supabase = createClient<Database>(
  import.meta.env["VITE_SUPABASE_URL"],
  import.meta.env["VITE_SUPABASE_KEY"],
);
