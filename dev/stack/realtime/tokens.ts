import { errors, jwtVerify } from "jose";
import { z } from "zod";

const claims = z.looseObject({ role: z.string(), exp: z.int() });
/** The verified content of an access token; `exp` is in seconds. */
export type Claims = z.infer<typeof claims>;

/** A token that opens nothing. `code` and `message` are worded as hosted Realtime words them. */
export class RefusedToken extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Verifies an HS256 token and returns its claims; throws `RefusedToken`. */
export async function readClaims(token: string, jwtSecret: string): Promise<Claims> {
  const parsed = claims.safeParse(await verify(token, jwtSecret));
  if (!parsed.success) {
    throw new RefusedToken("InvalidJWTToken", "Fields `role` and `exp` are required in JWT", { cause: parsed.error });
  }
  return parsed.data;
}

async function verify(token: string, jwtSecret: string): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(jwtSecret), { algorithms: ["HS256"] });
    return payload;
  } catch (cause) {
    throw refusal(cause);
  }
}

function refusal(cause: unknown): RefusedToken {
  if (cause instanceof errors.JWTExpired) {
    const seconds = Math.floor(Date.now() / 1000) - z.number().parse(cause.payload.exp);
    return new RefusedToken("InvalidJWTToken", `Token has expired ${seconds} seconds ago`, { cause });
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return new RefusedToken("JwtSignatureError", "Failed to validate JWT signature", { cause });
  }
  return new RefusedToken("MalformedJWT", "The token provided is not a valid JWT", { cause });
}
