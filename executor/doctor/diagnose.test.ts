import { expect, test } from "vitest";
import type { Check, Machine } from "./check.ts";
import { describeFindings } from "./describe.ts";
import { diagnose } from "./diagnose.ts";
import { exitCodeOf, inShell, ok, warn, worstOf } from "./finding.ts";

const machine: Machine = {
  platform: "linux",
  node: { version: "24.16.0", path: "/usr/bin/node", calledAs: "node" },
  path: "/usr/bin",
};
const check = (name: string, look: Check<Machine>["look"], withinMs = 5_000): Check<Machine> => ({
  name,
  look,
  withinMs,
});
const well = check("well", async () => [ok("Well")]);
const hangs = (withinMs: number) => check("hangs", () => new Promise(() => undefined), withinMs);

test("a check that throws is a finding, and the others are made all the same, in their order", async () => {
  const throws = check("throws", async () => {
    throw new Error("No such thing");
  });
  expect(await diagnose(machine, [throws, well])).toEqual([
    {
      ...{ check: "throws", level: "warn", message: "This could not be judged: No such thing" },
      hint: "Look again; when it stays, report it with this message",
    },
    { check: "well", level: "ok", message: "Well" },
  ]);
});

test("a check that hangs is a finding when its time is up, and is told to end", async () => {
  let isTold = false;
  const deaf = check(
    "deaf",
    (_, signal) => {
      signal.addEventListener("abort", () => {
        isTold = true;
      });
      return new Promise(() => undefined);
    },
    20,
  );
  const [late, ...others] = await diagnose(machine, [deaf, well]);
  expect(late).toMatchObject({ level: "warn", message: "This could not be judged within 0.02 s" });
  expect(others).toHaveLength(1);
  expect(isTold).toBe(true);
});

test("an aborted diagnosis waits for no check", async () => {
  const stop = new AbortController();
  const diagnosed = diagnose(machine, [hangs(60_000)], stop.signal);
  stop.abort();
  await diagnosed;
});

test("the exit code is that of the worst finding", () => {
  const all = ["ok", "fail", "warn"] as const;
  const findings = all.map((level) => ({ check: "x", level, message: "x" }));
  expect([findings, findings.slice(0, 1), findings.slice(2), []].map((some) => exitCodeOf(worstOf(some)))).toEqual([
    2, 0, 1, 0,
  ]);
});

test("what a person reads is aligned, and ends with what to do first", () => {
  const findings = [
    { check: "gateway", ...warn("Slow", "start it") },
    { check: "node", ...ok("Fine") },
    { check: "database", level: "fail" as const, message: "Away", hint: "look for it" },
  ];
  expect(describeFindings(findings)).toBe(`warn  gateway   Slow
                -> start it
ok    node      Fine
fail  database  Away
                -> look for it

Do this first (database): look for it
`);
  expect(describeFindings(findings.slice(1, 2))).toMatch(/\n\nAll is well\n$/);
});

test("a path is quoted only where a shell needs it, so that a ~ in it is still the home folder", () => {
  expect(["~/.hatchery", "/a b/c", "/it's"].map(inShell)).toEqual(["~/.hatchery", "'/a b/c'", "'/it'\\''s'"]);
});
