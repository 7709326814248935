import { createClient } from "@supabase/supabase-js";
import type { Database } from "#database";
import { environment } from "./environment.ts";
import { observedFetch } from "./observed-fetch.ts";

/** Where the browser keeps the session. */
export const SESSION_KEY = "hatchery.session";

/** Read before the client is made, which removes what it cannot use. */
export const cameWith = {
  session: localStorage.getItem(SESSION_KEY) !== null,
  link: location.hash.includes("access_token=") || location.hash.includes("error_description="),
};

/** The one client of the page. It reads the session from the address (`#access_token=…`) or from the last visit. */
export const supabase = createClient<Database>(environment.supabaseUrl, environment.supabaseKey, {
  auth: { storageKey: SESSION_KEY, detectSessionInUrl: true, flowType: "implicit" },
  global: { fetch: observedFetch },
});
