import { createHmac, randomUUID } from "node:crypto";
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import type { Attack } from "../attack.ts";
import { create, rest, rpc, send } from "../send.ts";
import { PROJECTS } from "../victims.ts";
import type { World } from "../world.ts";

const agent = { projectId: PROJECTS.victim, displayName: "Forged" };
const unauthorized = { status: 401, code: "unauthorized" };

/** Undefined: without the claim. */
type Claims = { [claim in keyof JWTPayload]: JWTPayload[claim] | undefined };
type Forger = (world: World) => Promise<string> | string;

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const claimsOf = ({ personOf }: World): JWTPayload => ({
  sub: personOf("owner").id,
  role: "authenticated",
  aud: "authenticated",
  exp: Math.floor(Date.now() / 1000) + 3600,
});
const sign = (payload: JWTPayload, secret: string, header: Partial<JWTHeaderParameters> = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: "HS256", ...header }).sign(new TextEncoder().encode(secret));

const withClaims = (payload: JWTPayload, claims: Claims): JWTPayload =>
  Object.fromEntries(Object.entries({ ...payload, ...claims }).filter(([, value]) => value !== undefined));

/** Signed with a secret that somebody made up, whatever it says of itself. */
const forged =
  (claims: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}): Forger =>
  (world) =>
    sign({ ...claimsOf(world), ...claims }, "a secret of one's own, and long enough", header);
/** Signed by the project itself, as if it had been made for another purpose or another time. */
const misused =
  (claims: Claims): Forger =>
  (world) =>
    sign(withClaims(claimsOf(world), claims), world.stack.jwtSecret);
const unsigned =
  (alg: string, role: string): Forger =>
  (world) =>
    `${encode({ alg, typ: "JWT" })}.${encode({ ...claimsOf(world), role })}.`;

const now = () => Math.floor(Date.now() / 1000);

/** Tokens that are nobody's, and that no part of the system may take for somebody's. */
const NOT_OURS: Record<string, Forger> = {
  "signed with a secret of one's own": forged(),
  "of the service role, signed with a secret of one's own": forged({ role: "service_role" }),
  "that names a key by a path": forged({}, { kid: "../../../dev/null" }),
  "that names a key by SQL": forged({}, { kid: "' union select 'x' --" }),
  "that brings its own key": forged({}, { jwk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } }),
  "that says where its key lies": forged({}, { jku: "http://127.0.0.1:9/keys.json" }),
  "with alg none": unsigned("none", "authenticated"),
  "of the service role with alg nOnE": unsigned("nOnE", "service_role"),
  "with alg HS256 and no signature": unsigned("HS256", "service_role"),
  "signed with the public key, which everybody has": (world) => sign(claimsOf(world), world.stack.publishableKey),
  "signed with the anon key, which everybody has": (world) =>
    sign({ ...claimsOf(world), role: "service_role" }, world.stack.anonKey),
  "with the claims of the owner and the signature of the stranger": (world) => {
    const [header, , signature] = world.personOf("stranger").token.split(".");
    return `${header}.${encode(claimsOf(world))}.${signature}`;
  },
  "with the anon key's signature and another role": ({ stack }) => {
    const [header, , signature] = stack.anonKey.split(".");
    return `${header}.${encode({ role: "service_role", exp: now() + 3600 })}.${signature}`;
  },
  "signed with another algorithm than it says": (world) => {
    const text = `${encode({ alg: "RS256" })}.${encode(claimsOf(world))}`;
    return `${text}.${createHmac("sha256", world.stack.anonKey).update(text).digest("base64url")}`;
  },
};

/** Signed by the project, and not good for this. PostgREST leaves the audience to Auth, as the hosted one does. */
const NOT_FOR_THIS: Record<string, Forger> = {
  "that has expired": misused({ exp: now() - 3600 }),
  "that is not valid yet": misused({ nbf: now() + 3600 }),
};
const NOT_A_USERS: Record<string, Forger> = {
  "of the role postgres": misused({ role: "postgres" }),
  "of the role authenticator": misused({ role: "authenticator" }),
  "of the role supabase_admin": misused({ role: "supabase_admin" }),
};
const WITHOUT_ROLE: Record<string, Forger> = { "without a role": misused({ role: undefined }) };
const WRONG_AUDIENCE: Record<string, Forger> = {
  "for another audience": misused({ aud: "https://elsewhere.example" }),
  "for several other audiences": misused({ aud: ["a", "b"] }),
  "for no audience": misused({ aud: undefined }),
};
const NOBODYS: Record<string, Forger> = {
  "of nobody": misused({ sub: undefined }),
  "of a user whose id is SQL": misused({ sub: "' or true --" }),
};

const at = (
  place: string,
  tokens: Record<string, Forger>,
  answer: Attack["answer"],
  attempt: (bearer: string) => Attack["attempt"],
): Attack[] =>
  Object.entries(tokens).map(([what, forge]) => ({
    name: `a token ${what}, at ${place}`,
    attempt: async (world) => attempt(`Bearer ${await forge(world)}`)(world),
    answer,
  }));

const toFunction = (authorization: string) => create(agent, { headers: { authorization } });
const toTable = (authorization: string) => rest("agents", { headers: { authorization } });
const toRpc = (authorization: string) => rpc("set_access_mode", { mode: "members" }, { headers: { authorization } });
const toAdmin =
  (authorization: string): Attack["attempt"] =>
  (world) =>
    send(world, {
      path: "/auth/v1/admin/users",
      body: { email: `${randomUUID()}@example.com`, password: "a long password" },
      headers: { authorization },
    });

export const TOKENS: Attack[] = [
  ...at(
    "the function",
    { ...NOT_OURS, ...NOT_FOR_THIS, ...NOT_A_USERS, ...WITHOUT_ROLE, ...WRONG_AUDIENCE, ...NOBODYS },
    unauthorized,
    toFunction,
  ),
  ...at("a table", { ...NOT_OURS, ...NOT_FOR_THIS }, { status: 401, code: "PGRST301" }, toTable),
  ...at("a table", NOT_A_USERS, { status: 403, code: "42501" }, toTable),
  // For PostgREST that is nobody in particular.
  ...at("a table", WITHOUT_ROLE, { status: 401, code: "42501" }, toTable),
  ...at("a function of the database", NOT_OURS, { status: 401, code: "PGRST301" }, toRpc),
  ...at("the admin API of Auth", NOT_OURS, { status: 403, code: "bad_jwt" }, toAdmin),
];
