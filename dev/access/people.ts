import type { SupabaseClient, User } from "@supabase/supabase-js";
import { AccessError } from "./connection.ts";

const PAGE = 1000;

/** Everybody who can sign in, by user id; machine users are among them. */
export async function listUsers({ auth }: SupabaseClient): Promise<Map<string, User>> {
  const users = new Map<string, User>();
  for (let page = 1; ; page += 1) {
    const { data, error } = await auth.admin.listUsers({ page, perPage: PAGE });
    if (error !== null) throw new AccessError(`Auth does not list its users: ${error.message}`, { cause: error });
    for (const user of data.users) users.set(user.id, user);
    if (data.users.length < PAGE) return users;
  }
}

/** @throws AccessError when nobody has this address, or nobody has shown yet that it is theirs */
export async function findUserId(client: SupabaseClient, email: string): Promise<string> {
  const wanted = email.trim().toLowerCase();
  for (const user of (await listUsers(client)).values()) {
    if (user.email?.toLowerCase() !== wanted) continue;
    if (user.email_confirmed_at) return user.id;
    throw new AccessError(
      `Somebody signed up as ${email}, but has not confirmed the address, and may be somebody else. Let them follow the link in their mail first`,
    );
  }
  throw new AccessError(
    `Nobody signs in as ${email}. Add the user first: in the Supabase dashboard under Authentication, Users`,
  );
}
