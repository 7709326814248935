import { decodeJwt, SignJWT } from "jose";
import { z } from "zod";

const session = z.looseObject({ access_token: z.string() });
/** PostgREST lets a token live for 30 s beyond its end. */
const LEEWAY_SECONDS = 30;
const LIVES_SECONDS = 4;

/** An answer of Auth whose token the database refuses after some seconds, and Realtime at once. */
export async function shorterToken(answer: Buffer, jwtSecret: string): Promise<Buffer> {
  const { access_token, ...rest } = session.parse(JSON.parse(answer.toString()));
  const now = Math.floor(Date.now() / 1000);
  const shorter = await new SignJWT(decodeJwt(access_token))
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setExpirationTime(now - LEEWAY_SECONDS + LIVES_SECONDS)
    .sign(new TextEncoder().encode(jwtSecret));
  return Buffer.from(JSON.stringify({ ...rest, access_token: shorter }));
}
