import { expect, test } from "vitest";
import { readEnvironment } from "./environment.ts";

const least = { SUPABASE_URL: "http://127.0.0.1:54321", SUPABASE_SERVICE_ROLE_KEY: "legacy" };

test("named secret keys come before the legacy service role key, and all of them count", () => {
  const environment = readEnvironment({
    ...least,
    SUPABASE_SECRET_KEYS: '{"other":"sb_secret_b","default":"sb_secret_a"}',
  });
  expect(environment.secretKey).toBe("sb_secret_a");
  expect(environment.secretKeys).toEqual(["sb_secret_b", "sb_secret_a", "legacy"]);
});

test("a project with legacy keys alone works with its service role key", () => {
  const environment = readEnvironment({ ...least, SUPABASE_ANON_KEY: "anon", SUPABASE_SECRET_KEYS: "" });
  expect(environment.secretKey).toBe("legacy");
  expect(environment.publicKeys).toEqual(["anon"]);
});

test.each(['{"keys":[{"kty":"EC","kid":"a"}]}', '[{"kty":"EC","kid":"a"}]'])(
  "the key set %s is read",
  (SUPABASE_JWKS) => {
    expect(readEnvironment({ ...least, SUPABASE_JWKS }).jwks.keys).toEqual([{ kty: "EC", kid: "a" }]);
  },
);

test.each([
  [{ SUPABASE_JWT_SECRET: "secret" }],
  [{ JWT_SECRET: "secret" }],
  [{ SUPABASE_JWKS: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}' }],
])("the HS256 secret is found in %j", (variables) => {
  expect(readEnvironment({ ...least, ...variables }).jwtSecret).toEqual(new TextEncoder().encode("secret"));
});

test.each([
  [{ SUPABASE_URL: "nowhere" }, "SUPABASE_URL"],
  [{ SUPABASE_URL: "" }, "SUPABASE_URL"],
  [{ SUPABASE_SERVICE_ROLE_KEY: "" }, "SUPABASE_SECRET_KEYS nor SUPABASE_SERVICE_ROLE_KEY"],
  [{ SUPABASE_SECRET_KEYS: "sb_secret_bare" }, "SUPABASE_SECRET_KEYS"],
  [{ SUPABASE_JWKS: "{}" }, "SUPABASE_JWKS"],
])(
  "an environment with %j ends the function with an error that names the variable and shows no value",
  (wrong, named) => {
    const read = () => readEnvironment({ ...least, ...wrong });
    expect(read).toThrow(named);
    expect(read).not.toThrow(/nowhere|sb_secret_bare/);
  },
);
