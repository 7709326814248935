import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startTestStack, type TestStack } from "./test-stack.ts";

const password = "correct horse";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack("select");
});
afterAll(() => stack.stop());

const admin = (key = stack.secretKey) => stack.client(key).auth.admin;
const anAddress = () => `${randomUUID()}@example.com`;
const signIn = (email: string, secret = password) =>
  stack.client().auth.signInWithPassword({ email, password: secret });

async function create(email = anAddress()) {
  const { data, error } = await admin().createUser({
    email,
    password,
    email_confirm: true,
    app_metadata: { executor_id: "mini" },
    user_metadata: { name: "Mini" },
  });
  if (error !== null) throw error;
  return data.user;
}

test.for(["secretKey", "serviceRoleKey"] as const)("the %s makes a user who can sign in at once", async (key) => {
  const email = anAddress();
  const { error } = await admin(stack[key]).createUser({ email, password, email_confirm: true });
  expect(error).toBeNull();
  expect((await signIn(email)).data.user).toMatchObject({ email });
});

test("a user has the metadata it was made with, and the provider's own beside it", async () => {
  const user = await create();
  expect(user).toMatchObject({
    app_metadata: { provider: "email", executor_id: "mini" },
    user_metadata: { name: "Mini" },
  });
  expect((await admin().getUserById(user.id)).data.user).toMatchObject({ email: user.email });
});

test("an address that nobody confirmed signs nobody in", async () => {
  const email = anAddress();
  await admin().createUser({ email, password });
  expect((await signIn(email)).error).toMatchObject({ status: 400, code: "email_not_confirmed" });
});

test("a second user of the same address is refused", async () => {
  const { email = "" } = await create();
  const { error } = await admin().createUser({ email: email.toUpperCase(), password });
  expect(error).toMatchObject({ status: 422, code: "email_exists" });
});

test("a new password replaces the old one and ends every session", async () => {
  const { id, email = "" } = await create();
  const before = stack.client();
  await before.auth.signInWithPassword({ email, password });
  expect((await admin().updateUserById(id, { password: "another horse" })).error).toBeNull();
  expect((await signIn(email)).error).toMatchObject({ code: "invalid_credentials" });
  expect((await before.auth.refreshSession()).error).toMatchObject({ code: "refresh_token_not_found" });
  expect((await signIn(email, "another horse")).error).toBeNull();
});

test("a removed user is nobody, and removing one again says so", async () => {
  const { id, email = "" } = await create();
  expect((await admin().deleteUser(id)).error).toBeNull();
  expect((await signIn(email)).error).toMatchObject({ code: "invalid_credentials" });
  for (const answer of [await admin().deleteUser(id), await admin().getUserById(id)])
    expect(answer.error).toMatchObject({ status: 404, code: "user_not_found" });
});

test("users are listed page by page, the newest first", async () => {
  const [first, second, third] = [await create(), await create(), await create()];
  const page = async (number: number) => (await admin().listUsers({ page: number, perPage: 2 })).data;
  expect((await page(1)).users.map(({ id }) => id)).toEqual([third.id, second.id]);
  expect(await page(1)).toMatchObject({ nextPage: 2 });
  expect((await page(2)).users[0]?.id).toBe(first.id);
});

test("neither a public key nor a person may do any of it", async () => {
  const { id, email = "" } = await create();
  const person = stack.client();
  const { data } = await person.auth.signInWithPassword({ email, password });
  const token = data.session?.access_token ?? "";
  const answers = await Promise.all(
    [stack.publishableKey, stack.anonKey, token].flatMap((bearer) =>
      [
        ["POST", "/users"],
        ["GET", "/users"],
        ["GET", `/users/${id}`],
        ["PUT", `/users/${id}`],
        ["DELETE", `/users/${id}`],
      ].map(async ([method = "", path]) => {
        const answer = await fetch(`${stack.apiUrl}/auth/v1/admin${path}`, {
          method,
          headers: { apikey: stack.publishableKey, authorization: `Bearer ${bearer}` },
        });
        const { error_code: code } = z.object({ error_code: z.string() }).parse(await answer.json());
        return [answer.status, code];
      }),
    ),
  );
  expect(answers).toEqual(Array.from({ length: 15 }, () => [403, "not_admin"]));
  expect((await signIn(email)).error).toBeNull();
});
