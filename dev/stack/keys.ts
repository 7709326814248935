import { createHash, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";

export const stackKeys = z.object({
  jwtSecret: z.string().min(32),
  /** Legacy API keys: JWTs with the claim `role`. */
  anonKey: z.string().startsWith("eyJ"),
  serviceRoleKey: z.string().startsWith("eyJ"),
  /** Current API keys: opaque; the gateway turns them into the JWTs above. */
  publishableKey: z.string().startsWith("sb_publishable_"),
  secretKey: z.string().startsWith("sb_secret_"),
});
export type StackKeys = z.infer<typeof stackKeys>;

/** A fresh set of API keys, shaped like those of a hosted project. */
export async function createKeys(): Promise<StackKeys> {
  const jwtSecret = randomBytes(32).toString("hex");
  return {
    jwtSecret,
    anonKey: await signApiKey("anon", jwtSecret),
    serviceRoleKey: await signApiKey("service_role", jwtSecret),
    publishableKey: opaqueKey("sb_publishable_"),
    secretKey: opaqueKey("sb_secret_"),
  };
}

function signApiKey(role: "anon" | "service_role", jwtSecret: string): Promise<string> {
  return new SignJWT({ role, ref: "local" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("supabase")
    .setIssuedAt()
    .setExpirationTime("10y")
    .sign(new TextEncoder().encode(jwtSecret));
}

/** 22 random characters and an 8 character check, as the hosted ones have. */
function opaqueKey(prefix: string): string {
  const body = prefix + randomBytes(16).toString("base64url");
  return `${body}_${createHash("sha256").update(body).digest("base64url").slice(0, 8)}`;
}
