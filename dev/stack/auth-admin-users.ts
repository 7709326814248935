import type pg from "pg";
import { z } from "zod";
import { AuthError } from "./auth-error.ts";
import { type AuthUser, columns, userRow } from "./auth-users.ts";
import { errorCode } from "./error-code.ts";
import { hashPassword } from "./passwords.ts";

const metadata = z.record(z.string(), z.unknown());
const changes = z.object({
  email: z.email().toLowerCase().optional(),
  password: z.string().min(6).max(72).optional(),
  email_confirm: z.boolean().default(false),
  app_metadata: metadata.default({}),
  user_metadata: metadata.default({}),
});

/** A user made by an administrator: without a confirmed address nobody signs in. @throws AuthError `email_exists` */
export async function addUser(database: pg.Pool, body: unknown): Promise<AuthUser> {
  const { email, password, ...about } = changes.required({ email: true }).parse(body);
  return await keepAddressesApart(async () => {
    const { rows } = await database.query(
      `insert into auth.users (email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
       values ($1, $2, case when $3 then now() end, '{"provider": "email", "providers": ["email"]}' || $4::jsonb, $5)
       returning ${columns}`,
      [
        email,
        password === undefined ? null : await hashPassword(password),
        about.email_confirm,
        about.app_metadata,
        about.user_metadata,
      ],
    );
    return userRow.parse(rows[0]);
  });
}

/** Only what is named changes; metadata is merged. A new password ends every session. @throws AuthError */
export async function changeUser(database: pg.Pool, id: string, body: unknown): Promise<AuthUser> {
  const { email, password, ...about } = changes.parse(body);
  const changed = await keepAddressesApart(async () => {
    const { rows } = await database.query(
      `update auth.users set
         email = coalesce($2, email),
         encrypted_password = coalesce($3, encrypted_password),
         email_confirmed_at = coalesce(email_confirmed_at, case when $4 then now() end),
         raw_app_meta_data = raw_app_meta_data || $5,
         raw_user_meta_data = raw_user_meta_data || $6,
         updated_at = now()
       where id = $1 returning ${columns}`,
      [
        id,
        email ?? null,
        password === undefined ? null : await hashPassword(password),
        about.email_confirm,
        about.app_metadata,
        about.user_metadata,
      ],
    );
    return userRow.optional().parse(rows[0]);
  });
  if (changed === undefined) throw userNotFound();
  if (password !== undefined) await database.query("delete from auth.sessions where user_id = $1", [id]);
  return changed;
}

/** Newest first, `page` counting from 1. */
export async function listUsers(database: pg.Pool, { page, perPage }: { page: number; perPage: number }) {
  const { rows } = await database.query(
    `select ${columns} from auth.users order by created_at desc, id limit $1 offset $2`,
    [perPage, (page - 1) * perPage],
  );
  const total = await database.query("select count(*)::int as total from auth.users");
  return { users: z.array(userRow).parse(rows), total: z.object({ total: z.int() }).parse(total.rows[0]).total };
}

/** @throws AuthError `user_not_found` */
export async function removeUser(database: pg.Pool, id: string): Promise<void> {
  const { rowCount } = await database.query("delete from auth.users where id = $1", [id]);
  if (rowCount === 0) throw userNotFound();
}

export const userNotFound = () => new AuthError("User not found", { status: 404, code: "user_not_found" });

async function keepAddressesApart<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (errorCode(error) !== "23505") throw error;
    const said = "A user with this email address has already been registered";
    throw new AuthError(said, { status: 422, code: "email_exists", cause: error });
  }
}
