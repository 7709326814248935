import type pg from "pg";
import { z } from "zod";
import { AuthError } from "./auth-error.ts";
import { errorCode } from "./error-code.ts";
import { hashPassword, isPassword } from "./passwords.ts";

const time = z.date().transform((date) => date.toISOString());
/** A row of `columns`. */
export const userRow = z.object({
  id: z.uuid(),
  aud: z.string(),
  role: z.string(),
  email: z.string(),
  email_confirmed_at: time.nullable(),
  last_sign_in_at: time.nullable(),
  app_metadata: z.record(z.string(), z.unknown()),
  user_metadata: z.record(z.string(), z.unknown()),
  created_at: time,
  updated_at: time,
  is_anonymous: z.boolean(),
});
/** A user as Auth's answers show it; times are ISO strings. */
export type AuthUser = z.output<typeof userRow>;

/** What a user's row is read by. */
export const columns = `id, aud, role, email, email_confirmed_at, last_sign_in_at, raw_app_meta_data as app_metadata,
  raw_user_meta_data as user_metadata, created_at, updated_at, is_anonymous`;

export const credentials = z.object({ email: z.email().toLowerCase(), password: z.string().min(6).max(72) });
export type Credentials = z.infer<typeof credentials>;

/** @throws AuthError `user_already_exists` when the address is taken. */
export async function createUser(database: pg.Pool, { email, password }: Credentials): Promise<AuthUser> {
  try {
    const { rows } = await database.query(
      `insert into auth.users (email, encrypted_password, email_confirmed_at) values ($1, $2, now()) returning ${columns}`,
      [email, await hashPassword(password)],
    );
    return userRow.parse(rows[0]);
  } catch (error) {
    if (errorCode(error) !== "23505") throw error;
    throw new AuthError("User already registered", { status: 422, code: "user_already_exists", cause: error });
  }
}

export async function findUserByEmail(database: pg.Pool, email: string): Promise<AuthUser | undefined> {
  const { rows } = await database.query(`select ${columns} from auth.users where lower(email) = lower($1)`, [email]);
  return userRow.optional().parse(rows[0]);
}

export async function findUser(database: pg.Pool, id: string): Promise<AuthUser | undefined> {
  const { rows } = await database.query(`select ${columns} from auth.users where id = $1`, [id]);
  return userRow.optional().parse(rows[0]);
}

/**
 * @throws AuthError `invalid_credentials`, the same for an unknown address and for a wrong password, and
 * `email_not_confirmed`.
 */
export async function signIn(database: pg.Pool, { email, password }: Credentials): Promise<AuthUser> {
  const found = await database.query("select id, encrypted_password from auth.users where lower(email) = lower($1)", [
    email,
  ]);
  const stored = z
    .object({ id: z.uuid(), encrypted_password: z.string().catch("") })
    .optional()
    .parse(found.rows[0]);
  if (stored === undefined || !(await isPassword(password, stored.encrypted_password))) {
    throw new AuthError("Invalid login credentials", { status: 400, code: "invalid_credentials" });
  }
  const { rows } = await database.query(
    `update auth.users set last_sign_in_at = now() where id = $1 and email_confirmed_at is not null returning ${columns}`,
    [stored.id],
  );
  if (rows.length === 0) throw new AuthError("Email not confirmed", { status: 400, code: "email_not_confirmed" });
  return userRow.parse(rows[0]);
}
