import { decodeJwt, SignJWT } from "jose";
import { z } from "zod";

const session = z.looseObject({ access_token: z.string() });
/** PostgREST lets a token live for this long beyond its end, and Realtime does not. */
export const LEEWAY_SECONDS = 30;

/** An answer of Auth whose token ends in some seconds, or has ended when that is less than 0. */
export async function shorterToken(answer: Buffer, jwtSecret: string, endsInSeconds: number): Promise<Buffer> {
  const { access_token, ...rest } = session.parse(JSON.parse(answer.toString()));
  const now = Math.floor(Date.now() / 1000);
  const shorter = await new SignJWT(decodeJwt(access_token))
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setExpirationTime(now + endsInSeconds)
    .sign(new TextEncoder().encode(jwtSecret));
  return Buffer.from(JSON.stringify({ ...rest, access_token: shorter }));
}
