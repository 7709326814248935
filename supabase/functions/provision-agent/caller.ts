import { createLocalJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import type { Environment } from "./environment.ts";
import { Refusal } from "./refusal.ts";

/** `requestedBy` is stored with what the caller asks for: a user id, `anon` or `service_role`. */
export type Caller = { role: "anon" | "authenticated" | "service_role"; requestedBy: string };

/** Finds out who sent a request. Throws a Refusal (401) when that is nobody we know. */
export type CallerReader = (headers: Headers) => Promise<Caller>;

const ANON: Caller = { role: "anon", requestedBy: "anon" };
const SERVICE_ROLE: Caller = { role: "service_role", requestedBy: "service_role" };

/** What Auth writes into the token of every session. One that was made for others is signed with the same key. */
const AUDIENCE = "authenticated";
const audience = z.union([z.literal(AUDIENCE), z.array(z.string()).refine((all) => all.includes(AUDIENCE))]);

const claims = z.discriminatedUnion("role", [
  z.object({ role: z.literal("authenticated"), sub: z.guid(), aud: audience, exp: z.number() }),
  z.object({ role: z.literal("anon") }),
  z.object({ role: z.literal("service_role") }),
]);

export function createCallerReader(environment: Environment): CallerReader {
  const secretKeys = digestAll(environment.secretKeys);
  const publicKeys = digestAll(environment.publicKeys);
  const keySet = createLocalJWKSet(environment.jwks);
  // The algorithm picks the kind of key, so that no public key is ever taken for an HS256 secret.
  const keyOf: JWTVerifyGetKey = (header, token) => {
    if (header.alg !== "HS256") return keySet(header, token);
    if (!environment.jwtSecret) throw new errors.JOSENotSupported("No HS256 secret is configured");
    return environment.jwtSecret;
  };

  return async (headers) => {
    const credential = readCredential(headers);
    const presented = await digest(credential);
    if ((await secretKeys).has(presented)) return SERVICE_ROLE;
    if ((await publicKeys).has(presented)) return ANON;

    let payload: unknown;
    try {
      ({ payload } = await jwtVerify(credential, keyOf, { algorithms: ["ES256", "RS256", "HS256"] }));
    } catch (error) {
      throw error instanceof errors.JWTExpired
        ? unauthorized("Your session has expired", "Sign in again", error)
        : unauthorized("The key or token is not one of this project", undefined, error);
    }
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw unauthorized("The token does not say who is calling", "Sign in again", parsed.error);
    if (parsed.data.role === "anon") return ANON;
    if (parsed.data.role === "service_role") return SERVICE_ROLE;
    return { role: "authenticated", requestedBy: parsed.data.sub };
  };
}

/** supabase-js sends a user's token as bearer, and a publishable key of nobody in particular as `apikey` alone. */
function readCredential(headers: Headers): string {
  const authorization = headers.get("authorization");
  if (authorization === null) {
    const apikey = headers.get("apikey");
    if (apikey) return apikey;
    throw unauthorized(
      "No key or token was sent",
      "Send a user's token as Authorization: Bearer, or the project's key",
    );
  }
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (bearer) return bearer;
  throw unauthorized("The Authorization header has the form Bearer <token>");
}

/** Digests are compared instead of keys: how long that takes says nothing about a key. */
async function digestAll(keys: string[]): Promise<Set<string>> {
  return new Set(await Promise.all(keys.map(digest)));
}

async function digest(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).join();
}

export function unauthorized(message: string, hint?: string, cause?: unknown): Refusal {
  return new Refusal(message, { status: 401, code: "unauthorized", hint, cause });
}
