import { decodeJwt } from "jose";
import { z } from "zod";
import type { Attack } from "../attack.ts";
import { call, FUNCTION, rpc, send } from "../send.ts";
import type { Who, World } from "../world.ts";

const USERS = "/auth/v1/admin/users";
const account = (name: string) => ({ email: `${name}@example.com`, password: "a long password" });
const token = z.object({ access_token: z.string() });

const theOwner =
  (as: Who, method: string, body?: object): Attack["attempt"] =>
  (world) =>
    send(world, { as, method, path: `${USERS}/${world.personOf("owner").id}`, body });

/** Signs up with more than an address and a password, and tells what the new token says. */
const signUpWith =
  (more: object, say: (world: World, bearer: string) => Promise<unknown> | unknown): Attack["attempt"] =>
  async (world) => {
    const { status, body } = await send(world, {
      path: "/auth/v1/signup",
      body: { ...account(crypto.randomUUID()), ...more },
    });
    return { status, body: await say(world, token.parse(body).access_token) };
  };
const aUser = { "auth.users": 1, "auth.sessions": 1, "auth.refresh_tokens": 1 };
const roleOf = (_: World, bearer: string) => decodeJwt(bearer)["role"];

const notAdmin = { status: 403, code: "not_admin" };
const PEOPLE = ["public", "stranger", "owner", "machine"] as const;

export const ACCOUNTS: Attack[] = [
  ...PEOPLE.flatMap((as): Attack[] => [
    { name: `the list of users, by: ${as}`, attempt: call({ as, method: "GET", path: USERS }), answer: notAdmin },
    {
      name: `a user of the service role, made by: ${as}`,
      attempt: call({ as, path: USERS, body: { ...account("made"), role: "service_role" } }),
      answer: notAdmin,
    },
    {
      name: `another password for the owner, by: ${as}`,
      attempt: theOwner(as, "PUT", { password: "known to me" }),
      answer: notAdmin,
    },
    { name: `the end of the owner, by: ${as}`, attempt: theOwner(as, "DELETE"), answer: notAdmin },
  ]),
  {
    name: "a sign-up that says which role it has",
    attempt: signUpWith({ role: "service_role", aud: "x", app_metadata: { role: "service_role" } }, roleOf),
    answer: { status: 200, body: "authenticated" },
    adds: aUser,
  },
  {
    name: "a sign-up that says which executor it is",
    attempt: signUpWith(
      { data: { hatchery_executor: "mini" }, app_metadata: { hatchery_executor: "mini" } },
      async (world, bearer) => {
        const about = { executor: "mini", instance: crypto.randomUUID(), about: {} };
        return (await rpc("record_heartbeat", about, { headers: { authorization: `Bearer ${bearer}` } })(world)).code;
      },
    ),
    answer: { status: 200, body: "forbidden" },
    adds: aUser,
  },
  {
    name: "a sign-up with the owner's address",
    attempt: call({ path: "/auth/v1/signup", body: account("OWNER") }),
    answer: { status: 422, code: "user_already_exists" },
  },
  {
    name: "a sign-in with a password that was guessed",
    attempt: call({ path: "/auth/v1/token?grant_type=password", body: { ...account("owner"), password: "guessed" } }),
    answer: { status: 400, code: "invalid_credentials" },
  },
  {
    name: "a sign-in with SQL for an address",
    attempt: call({ path: "/auth/v1/token?grant_type=password", body: { email: "' or true --", password: "guessed" } }),
    answer: { status: 400, code: "invalid_credentials" },
  },
  {
    name: "a refresh token that was guessed",
    attempt: call({ path: "/auth/v1/token?grant_type=refresh_token", body: { refresh_token: "guessed" } }),
    answer: { status: 400, code: "refresh_token_not_found" },
  },
  ...(["public", "anon key"] as const).map((as) => ({
    name: `a credential for mini, asked for by: ${as}`,
    attempt: call({ as, path: `${FUNCTION}/executors`, body: { executorId: "mini" } }),
    answer: { status: 401, code: "unauthorized" },
  })),
  ...(["stranger", "viewer", "machine", "other machine", "revoked machine"] as const).map((as) => ({
    name: `a credential for mini, asked for by: ${as}`,
    attempt: call({ as, path: `${FUNCTION}/executors`, body: { executorId: "mini" } }),
    answer: { status: 403, code: "forbidden" },
  })),
  ...(["stranger", "viewer", "other machine"] as const).map((as) => ({
    name: `the end of mini's credential, by: ${as}`,
    attempt: rpc("revoke_executor", { executor_id: "mini" }, { as }),
    answer: { status: 403, code: "forbidden" },
  })),
];
