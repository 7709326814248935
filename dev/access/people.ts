import type { SupabaseClient, User } from "@supabase/supabase-js";
import { z } from "zod";
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

/** Somebody to be let in. @throws AccessError when nobody has this address, or nobody has shown yet that it is theirs */
export async function findNewMember(client: SupabaseClient, email: string): Promise<string> {
  const user = await findUser(client, email);
  if (user === undefined)
    throw new AccessError(
      `Nobody signs in as ${email}. Add the user first: in the Supabase dashboard under Authentication, Users`,
    );
  if (user.email_confirmed_at) return user.id;
  throw new AccessError(
    `Somebody signed up as ${email}, but has not confirmed the address, and may be somebody else. Let them follow the link in their mail first`,
  );
}

/** Somebody to be put out, by address, or by user id when there is no such user any more. @throws AccessError */
export async function findMember(client: SupabaseClient, emailOrId: string): Promise<string> {
  if (z.uuid().safeParse(emailOrId).success) return emailOrId;
  const user = await findUser(client, emailOrId);
  if (user !== undefined) return user.id;
  throw new AccessError(`Nobody signs in as ${emailOrId}. For a user who is gone give the id that status prints`);
}

async function findUser(client: SupabaseClient, email: string): Promise<User | undefined> {
  const wanted = email.trim().toLowerCase();
  return (await listUsers(client)).values().find((user) => user.email?.toLowerCase() === wanted);
}
