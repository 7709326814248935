import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expect, test } from "vitest";
import { createCallerReader } from "./caller.ts";
import { readEnvironment } from "./environment.ts";

const SECRET = "a-legacy-secret-of-at-least-32-characters";
const USER = "6d4f8a9e-3c55-4f0a-9d43-0c7f5d1f2a10";

const { publicKey, privateKey } = await generateKeyPair("ES256");
const publicJwk = { ...(await exportJWK(publicKey)), kid: "current" };

const readCaller = createCallerReader(
  readEnvironment({
    SUPABASE_URL: "http://127.0.0.1:54321",
    SUPABASE_ANON_KEY: "legacy.anon.key",
    SUPABASE_SERVICE_ROLE_KEY: "legacy.service.key",
    SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_a","web":"sb_publishable_b"}',
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_a"}',
    SUPABASE_JWKS: JSON.stringify({ keys: [publicJwk] }),
    SUPABASE_JWT_SECRET: SECRET,
  }),
);

const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}`, apikey: "sb_publishable_a" });
const user: JWTPayload = { sub: USER, role: "authenticated", aud: "authenticated" };

function sign(payload: JWTPayload, secret = SECRET, expires: string | number = "1h"): Promise<string> {
  const token = new SignJWT(payload).setProtectedHeader({ alg: "HS256" }).setExpirationTime(expires);
  return token.sign(new TextEncoder().encode(secret));
}

test("a user is known by a token signed with the legacy secret", async () => {
  await expect(readCaller(bearer(await sign(user)))).resolves.toEqual({ role: "authenticated", requestedBy: USER });
});

test("a user is known by a token signed with a key of the key set", async () => {
  const token = new SignJWT(user).setProtectedHeader({ alg: "ES256", kid: "current" }).setExpirationTime("1h");
  await expect(readCaller(bearer(await token.sign(privateKey)))).resolves.toEqual({
    role: "authenticated",
    requestedBy: USER,
  });
});

test.each(["sb_publishable_a", "sb_publishable_b", "legacy.anon.key"])(
  "%s is anon, as bearer and as apikey",
  async (key) => {
    await expect(readCaller(bearer(key))).resolves.toEqual({ role: "anon", requestedBy: "anon" });
    await expect(readCaller(new Headers({ apikey: key }))).resolves.toEqual({ role: "anon", requestedBy: "anon" });
  },
);

test.each(["sb_secret_a", "legacy.service.key"])("%s is the service role", async (key) => {
  await expect(readCaller(bearer(key))).resolves.toEqual({ role: "service_role", requestedBy: "service_role" });
});

test("a signed token of the role anon or service_role is what it says", async () => {
  await expect(readCaller(bearer(await sign({ role: "anon" })))).resolves.toMatchObject({ role: "anon" });
  await expect(readCaller(bearer(await sign({ role: "service_role" })))).resolves.toMatchObject({
    role: "service_role",
  });
});

test("a token that is not this project's is refused, whatever key comes with it", async () => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const refused: Record<string, string> = {
    garbage: "garbage",
    "wrong secret": await sign(user, "another-secret-of-at-least-32-characters"),
    unsigned: `${encode({ alg: "none" })}.${encode(user)}.`,
    // The classic mix-up: the public key, which everybody has, used as if it were the shared secret.
    "public key as secret": await sign(user, JSON.stringify(publicJwk)),
    "other role": await sign({ ...user, role: "supabase_admin" }),
    "no role": await sign({ sub: USER }),
    "no user": await sign({ role: "authenticated", aud: "authenticated" }),
    "another audience": await sign({ ...user, aud: "https://elsewhere.example" }),
    "other audiences": await sign({ ...user, aud: ["a", "b"] }),
    "no audience": await sign({ sub: USER, role: "authenticated" }),
  };
  for (const [what, token] of Object.entries(refused)) {
    await expect(readCaller(bearer(token)), what).rejects.toMatchObject({ status: 401, code: "unauthorized" });
  }
});

test("a session that expired is refused with what to do", async () => {
  await expect(readCaller(bearer(await sign(user, SECRET, 1)))).rejects.toMatchObject({
    status: 401,
    message: "Your session has expired",
    hint: "Sign in again",
  });
});

test("a user's token that never expires is refused", async () => {
  const token = await new SignJWT(user).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(SECRET));
  await expect(readCaller(bearer(token))).rejects.toMatchObject({ status: 401 });
});

test.each([
  ["nothing", {}],
  ["an empty apikey", { apikey: "" }],
  ["Basic", { authorization: "Basic dXNlcg==", apikey: "sb_publishable_a" }],
  ["an empty bearer", { authorization: "Bearer ", apikey: "sb_publishable_a" }],
])("a request with %s is refused", async (_, headers: Record<string, string>) => {
  await expect(readCaller(new Headers(headers))).rejects.toMatchObject({ status: 401, code: "unauthorized" });
});
