import { PassThrough } from "node:stream";
import { createClient } from "@supabase/supabase-js";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestStack, type TestStack } from "../dev/stack/test-stack.ts";
import { EnrollError } from "./enroll.ts";
import { signInOwner } from "./sign-in-owner.ts";

const email = "owner@example.com";
const password = "correct horse";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack("select");
  await stack.auth.createUser({ email, password });
});
afterAll(() => stack.stop());

/** A person at a terminal, who answers each question. */
function ask(answers: string[], { isTTY = true } = {}) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  let shown = "";
  output.on("data", (chunk) => {
    shown += chunk;
  });
  const { auth } = createClient(stack.apiUrl, stack.publishableKey, { auth: { persistSession: false } });
  const token = signInOwner(auth, { input, output });
  const type = async () => {
    for (const [index, answer] of answers.entries()) {
      const question = ["E-mail of an owner: ", "Password (not shown): "][index];
      await vi.waitFor(() => expect(shown).toContain(question), 30_000);
      input.write(`${answer}\r`);
    }
  };
  return { token, type, shown: () => shown };
}

test("it asks for address and password, and never shows the password", async () => {
  const { token, type, shown } = ask([` ${email}`, password]);
  await type();
  expect(decodeJwt(await token)).toMatchObject({ email });
  expect(shown()).not.toContain(password);
  expect(shown()).toMatch(/owner@example\.com[\s\S]*Password \(not shown\): /);
});

test("a wrong password ends it in one sentence", async () => {
  const { token, type } = ask([email, "wrong horse"]);
  const refused = expect(token).rejects.toThrow("Not signed in: Invalid login credentials");
  await type();
  await refused;
});

test.for([
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
])("%s at a question ends it in one sentence", async ([, key = ""]) => {
  const { token, type } = ask([email, key]);
  const ended = expect(token).rejects.toThrow(new EnrollError("\nNobody signed in, and nothing was changed"));
  await type();
  await ended;
});

test("where nobody sits it says what to set instead", async () => {
  await expect(ask([], { isTTY: false }).token).rejects.toThrow("set OWNER_ACCESS_TOKEN");
});
