import { FunctionsFetchError, FunctionsHttpError, PostgrestError } from "@supabase/supabase-js";
import { expect, test } from "vitest";
import { readFailure } from "./error-text.ts";

const answer = (status: number, body: unknown) =>
  new FunctionsHttpError(
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } }),
  );

test("a refusal of the function keeps its words, its field and its hint", async () => {
  const error = {
    code: "agent_key_taken",
    message: "This key is taken.",
    field: "agentKey",
    hint: "Try agent:ricky-2:main",
  };
  await expect(readFailure(answer(409, { error }))).resolves.toEqual(error);
});

test("a refusal of a batch keeps what is wrong with each agent", async () => {
  const words = { code: "agent_key_taken", message: "This key is taken." };
  const errors = [{ ...words, index: 3, field: "agentKey" }];
  await expect(readFailure(answer(409, { error: words, errors }))).resolves.toEqual({ ...words, errors });
});

test("an answer may be read twice", async () => {
  const refusal = answer(409, { error: { code: "agent_key_taken", message: "This key is taken." } });
  await readFailure(refusal);
  await expect(readFailure(refusal)).resolves.toMatchObject({ code: "agent_key_taken" });
});

test("an answer that is none of ours is said to be so, with its status", async () => {
  await expect(readFailure(answer(418, "teapot"))).resolves.toMatchObject({
    code: "unknown",
    message: expect.stringContaining("418"),
  });
});

test("a proxy without a Supabase behind it and a broken network are the same to a person", async () => {
  const failures = [
    answer(502, "Bad gateway"),
    new FunctionsFetchError(new TypeError("Failed to fetch")),
    new TypeError("Failed to fetch"),
    new PostgrestError({ message: "TypeError: Failed to fetch", details: "", hint: "", code: "" }),
  ];
  for (const failure of failures) await expect(readFailure(failure)).resolves.toMatchObject({ code: "unreachable" });
});

test("a refused token is an expired session", async () => {
  const expired = new PostgrestError({ message: "JWT expired", details: "", hint: "", code: "PGRST301" });
  await expect(readFailure(expired)).resolves.toMatchObject({ message: "Your session has expired." });
  await expect(readFailure(answer(401, {}))).resolves.toMatchObject({ code: "unauthorized" });
});

test("anything else keeps its message and gets something to do", async () => {
  await expect(readFailure(new Error("Odd"))).resolves.toMatchObject({ message: "Odd", hint: expect.any(String) });
});
