import { z } from "zod";

const tokenClaims = z.object({ role: z.string() });

/** Whether this is the publishable key or the anon key of a project, which everybody may have. */
export function isPublicKey(key: string): boolean {
  if (key.startsWith("sb_publishable_")) return true;
  try {
    const claims = tokenClaims.parse(JSON.parse(Buffer.from(key.split(".")[1] ?? "", "base64url").toString()));
    return claims.role === "anon";
  } catch {
    // Not a JWT; a secret key of the new kind is not one either.
    return false;
  }
}
