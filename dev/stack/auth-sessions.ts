import { randomBytes } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import type pg from "pg";
import { z } from "zod";
import { AuthError } from "./auth-error.ts";
import { type AuthUser, findUser } from "./auth-users.ts";

/** How Auth answers a sign-in; `expires_in` in seconds, `expires_at` in seconds since 1970. */
export type Session = {
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  expires_at: number;
  refresh_token: string;
  user: AuthUser;
};

/** What sessions are made and checked with. */
export type SessionContext = { database: pg.Pool; jwtSecret: string; issuer: string };

const lifetimeSeconds = 3600;
/** Several tabs may refresh at about the same moment: for so long any earlier token gives the current one. */
const reuseSeconds = 10;

/** A new session for a user who has proved who they are. */
export async function createSession(context: SessionContext, user: AuthUser): Promise<Session> {
  const { rows } = await context.database.query("insert into auth.sessions (user_id) values ($1) returning id", [
    user.id,
  ]);
  const { id } = z.object({ id: z.uuid() }).parse(rows[0]);
  const token = newToken();
  await context.database.query("insert into auth.refresh_tokens (token, user_id, session_id) values ($1, $2, $3)", [
    token,
    user.id,
    id,
  ]);
  return issue(context, user, id, token);
}

/**
 * Spends a refresh token and gives the next one. The last one spent gives that one again, in case the answer was lost;
 * an earlier one ends the whole session, because somebody stole it.
 * @throws AuthError `refresh_token_not_found` or `refresh_token_already_used`.
 */
export async function refreshSession(context: SessionContext, token: string): Promise<Session> {
  const next = newToken();
  // One statement, so that of two refreshes at once the second sees what the first one made.
  const { rows } = await context.database.query(
    `with spent as (
       update auth.refresh_tokens set revoked = true, updated_at = now() where token = $1 and not revoked
       returning token, user_id, session_id
     )
     insert into auth.refresh_tokens (token, user_id, session_id, parent)
     select $2, user_id, session_id, token from spent returning token, user_id, session_id`,
    [token, next],
  );
  const row = z
    .object({ token: z.string(), user_id: z.uuid(), session_id: z.uuid() })
    .parse(rows[0] ?? (await currentToken(context, token)));
  const user = await findUser(context.database, row.user_id);
  if (user === undefined) throw refreshTokenNotFound();
  return issue(context, user, row.session_id, row.token);
}

/** For a token that is spent: the session's current one, when it may still have it. The rules are the hosted ones. */
async function currentToken({ database }: SessionContext, spent: string): Promise<unknown> {
  const { rows } = await database.query(
    `select current.token, current.user_id, session_id
     from auth.refresh_tokens spent join auth.refresh_tokens current using (session_id)
     where spent.token = $1 and not current.revoked
       and (current.parent = spent.token or current.created_at > now() - make_interval(secs => $2))`,
    [spent, reuseSeconds],
  );
  if (rows.length > 0) return rows[0];
  const ended = await database.query(
    "delete from auth.sessions where id = (select session_id from auth.refresh_tokens where token = $1)",
    [spent],
  );
  if (ended.rowCount === 0) throw refreshTokenNotFound();
  throw new AuthError("Invalid Refresh Token: Already Used", { status: 400, code: "refresh_token_already_used" });
}

const claims = z.object({ sub: z.uuid(), session_id: z.uuid() });

/**
 * Who an access token belongs to.
 * @throws AuthError `bad_jwt`, `session_not_found` or `user_not_found`.
 */
export async function verifyAccessToken(context: SessionContext, token: string) {
  const payload = await jwtVerify(token, new TextEncoder().encode(context.jwtSecret), { algorithms: ["HS256"] }).then(
    (verified) => verified.payload,
    (error: unknown) => {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new AuthError(`invalid JWT: unable to parse or verify signature, ${error.message}`, {
        status: 403,
        code: "bad_jwt",
        cause: error,
      });
    },
  );
  const parsed = claims.safeParse(payload);
  if (!parsed.success) throw new AuthError("invalid claim: missing sub claim", { status: 403, code: "bad_jwt" });
  const { sub, session_id } = parsed.data;
  const session = await context.database.query("select from auth.sessions where id = $1", [session_id]);
  if (session.rowCount === 0) {
    throw new AuthError("Session from session_id claim in JWT does not exist", {
      status: 403,
      code: "session_not_found",
    });
  }
  const user = await findUser(context.database, sub);
  if (user === undefined)
    throw new AuthError("User from sub claim in JWT does not exist", { status: 403, code: "user_not_found" });
  return { user, sessionId: session_id };
}

/** Ends this session, all the others, or all of a user. Access tokens stay valid for PostgREST until they expire. */
export async function endSessions(
  { database }: SessionContext,
  { user, sessionId }: { user: AuthUser; sessionId: string },
  scope: "local" | "others" | "global",
): Promise<void> {
  await database.query(
    `delete from auth.sessions where user_id = $1 and
     case $3 when 'local' then id = $2 when 'others' then id <> $2 else true end`,
    [user.id, sessionId, scope],
  );
}

async function issue(
  context: SessionContext,
  user: AuthUser,
  sessionId: string,
  refreshToken: string,
): Promise<Session> {
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = issuedAt + lifetimeSeconds;
  const { email, role, app_metadata, user_metadata, is_anonymous } = user;
  const accessToken = await new SignJWT({
    email,
    phone: "",
    role,
    app_metadata,
    user_metadata,
    is_anonymous,
    aal: "aal1",
    session_id: sessionId,
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(context.issuer)
    .setSubject(user.id)
    .setAudience(user.aud)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(context.jwtSecret));
  return {
    access_token: accessToken,
    token_type: "bearer",
    expires_in: lifetimeSeconds,
    expires_at: expiresAt,
    refresh_token: refreshToken,
    user,
  };
}

const newToken = () => randomBytes(16).toString("base64url");
const refreshTokenNotFound = () =>
  new AuthError("Invalid Refresh Token: Refresh Token Not Found", { status: 400, code: "refresh_token_not_found" });
