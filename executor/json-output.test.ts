import { expect, test } from "vitest";
import { z } from "zod";
import { parseJsonOutput } from "./json-output.ts";

const answer = z.object({ agentId: z.string() });

test("output that is JSON as a whole is taken as it is", () => {
  expect(parseJsonOutput('{"agentId":"ricky"}\n', answer)).toEqual({ agentId: "ricky" });
});

test("the JSON between log lines is found, whatever brackets and quotes the lines have", () => {
  const text = `[plugins] loaded {3} "of 3\n{ not json\n{"level":"info"}\n{\n "agentId": "a \\"}]{ b"\n}\n[done] :-}\n`;
  expect(parseJsonOutput(text, answer)).toEqual({ agentId: 'a "}]{ b' });
});

test("what is nested in another value is not an answer", () => {
  expect(() => parseJsonOutput('log\n{"event":{"agentId":"ricky"}}\n', answer)).toThrow(
    "No JSON of the expected shape",
  );
});

test("two answers are one too many", () => {
  const text = 'log\n{"agentId":"ricky"}\n{"agentId":"rocky"}\n';
  expect(() => parseJsonOutput(text, answer)).toThrow("More than one JSON value");
});

test.each(["", "Done", "{", '{"agentId":'])("no JSON at all is an error: %j", (text) => {
  expect(() => parseJsonOutput(text, answer)).toThrow("No JSON of the expected shape");
});

test("a whole value of another shape is an error that says what is wrong with it", () => {
  expect(() => parseJsonOutput('{"agent":"ricky"}', answer)).toThrow("agentId");
});

test("megabytes of opening brackets do not take for ever", { timeout: 5_000 }, () => {
  expect(() => parseJsonOutput("{".repeat(8 * 1024 * 1024), answer)).toThrow("No JSON of the expected shape");
});
