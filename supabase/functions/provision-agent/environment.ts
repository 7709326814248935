import { base64url, type JSONWebKeySet } from "jose";
import { z } from "zod";
import { jsonText } from "./json-text.ts";

const text = z.string().min(1);
const namedKeys = jsonText(z.record(z.string(), text));
const key = z.looseObject({ kty: text, k: text.exactOptional() });
const keySet = jsonText(z.union([z.object({ keys: z.array(key) }), z.array(key).transform((keys) => ({ keys }))]));

const ANY_ORIGIN = "*";
const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    "An origin has the form https://dashboard.example, with no path and no slash at its end",
  );
const origins = z
  .string()
  .transform((list) =>
    list
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean),
  )
  .pipe(z.union([z.tuple([z.literal(ANY_ORIGIN)]), z.array(origin)]));

const variables = z.object({
  SUPABASE_URL: z.url(),
  SUPABASE_PUBLISHABLE_KEYS: namedKeys.default({}),
  SUPABASE_SECRET_KEYS: namedKeys.default({}),
  SUPABASE_ANON_KEY: text.optional(),
  SUPABASE_SERVICE_ROLE_KEY: text.optional(),
  SUPABASE_JWKS: keySet.default({ keys: [] }),
  SUPABASE_JWT_SECRET: text.optional(),
  // The platform accepts no secret of one's own whose name starts with SUPABASE_.
  JWT_SECRET: text.optional(),
  ALLOWED_ORIGINS: origins.default([ANY_ORIGIN]),
});

export type Environment = {
  /** Address of the project's gateway. */
  url: string;
  /** The key this function itself works with. */
  secretKey: string;
  /** Everything that counts as the service role when a caller presents it. */
  secretKeys: string[];
  /** Everything that counts as nobody in particular: publishable keys and the anon JWT. */
  publicKeys: string[];
  /** The keys whose signatures on user tokens count. */
  jwks: JSONWebKeySet;
  /** The legacy HS256 secret of user tokens. */
  jwtSecret: Uint8Array | undefined;
  /** The pages that a browser lets call: their origins, or `*` for any. */
  allowedOrigins: string[] | "*";
};

/** The settings in `env`, where an empty variable counts as absent. Throws an Error that names what is missing or wrong. */
export function readEnvironment(env: Record<string, string>): Environment {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = variables.safeParse(present);
  if (!parsed.success) {
    throw new Error(`The environment of provision-agent is not usable\n${z.prettifyError(parsed.error)}`);
  }
  const { data } = parsed;
  const secretKey =
    data.SUPABASE_SECRET_KEYS["default"] ??
    Object.values(data.SUPABASE_SECRET_KEYS)[0] ??
    data.SUPABASE_SERVICE_ROLE_KEY;
  if (!secretKey) throw new Error("Neither SUPABASE_SECRET_KEYS nor SUPABASE_SERVICE_ROLE_KEY holds a key");

  return {
    url: data.SUPABASE_URL,
    secretKey,
    secretKeys: [...Object.values(data.SUPABASE_SECRET_KEYS), data.SUPABASE_SERVICE_ROLE_KEY].filter(isPresent),
    publicKeys: [...Object.values(data.SUPABASE_PUBLISHABLE_KEYS), data.SUPABASE_ANON_KEY].filter(isPresent),
    jwks: data.SUPABASE_JWKS,
    jwtSecret: readJwtSecret(data),
    allowedOrigins: data.ALLOWED_ORIGINS[0] === ANY_ORIGIN ? ANY_ORIGIN : data.ALLOWED_ORIGINS,
  };
}

/** As text of its own or, as the Supabase CLI hands it over, as a symmetric key in the key set. */
function readJwtSecret(data: z.infer<typeof variables>): Uint8Array | undefined {
  const secret = data.SUPABASE_JWT_SECRET ?? data.JWT_SECRET;
  if (secret !== undefined) return new TextEncoder().encode(secret);
  const symmetric = data.SUPABASE_JWKS.keys.find(({ kty }) => kty === "oct")?.k;
  return symmetric === undefined ? undefined : base64url.decode(symmetric);
}

function isPresent(value: string | undefined): value is string {
  return value !== undefined;
}
