import { expect, test } from "vitest";
import { createApp } from "./app.ts";
import { createCallerReader } from "./caller.ts";
import { connectDatabase } from "./database.ts";
import { readEnvironment } from "./environment.ts";
import { connectMachineUsers } from "./machine-users.ts";

/** The function's app with this setting, on a database that nothing here asks. */
function appWith(allowedOrigins: string) {
  const environment = readEnvironment({
    SUPABASE_URL: "http://127.0.0.1:9",
    SUPABASE_SERVICE_ROLE_KEY: "key",
    ALLOWED_ORIGINS: allowedOrigins,
  });
  return createApp(
    environment,
    createCallerReader(environment),
    connectDatabase(environment),
    connectMachineUsers(environment),
  );
}

/** What a browser at this origin is told, before it sends (a preflight) and with an answer (here a refusal). */
async function toldTo(origin: string, allowedOrigins: string): Promise<(string | null)[]> {
  const app = appWith(allowedOrigins);
  const answers = await Promise.all(
    ["OPTIONS", "POST"].map((method) => app.request("/provision-agent", { method, headers: { origin } })),
  );
  return answers.map((response) => response.headers.get("access-control-allow-origin"));
}

const LISTED = "https://dashboard.example, http://localhost:5173";

test.each(["https://dashboard.example", "http://localhost:5173"])(
  "a page at %s may call, being listed",
  async (origin) => {
    await expect(toldTo(origin, LISTED)).resolves.toEqual([origin, origin]);
  },
);

test.each([
  "https://dashboard.example.evil.test",
  "http://dashboard.example",
  "https://dashboard.example:8443",
  "null",
])("a page at %s may not, not being listed", async (origin) => {
  await expect(toldTo(origin, LISTED)).resolves.toEqual([null, null]);
});

test.each(["", "*"])("with ALLOWED_ORIGINS %j any page may", async (setting) => {
  await expect(toldTo("https://anywhere.example", setting)).resolves.toEqual(["*", "*"]);
});

test.each(["dashboard.example", "https://dashboard.example/", "https://dashboard.example/app", "https://a.example, *"])(
  "ALLOWED_ORIGINS %j ends the function with an error that says the form",
  (setting) => {
    expect(() => appWith(setting)).toThrow(/ALLOWED_ORIGINS/);
  },
);
