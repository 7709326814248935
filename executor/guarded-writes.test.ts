import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { recordedLog } from "../dev/testing/executor-stack.ts";
import { createGuardedWrites } from "./guarded-writes.ts";

let home: string;
let stateDir: string;
let agents: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "hatchery-writes-"));
  stateDir = join(home, "state");
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, ".openclaw"));
  setAgents("main", "ricky");
});

function setAgents(...ids: string[]): void {
  agents = ids;
  const entries = Object.fromEntries(ids.map((id) => [id, {}]));
  writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify({ agents: { entries } }));
}

/** An OpenClaw that may drop agents in the course of a write. */
function writes() {
  const list = () => made.compare(async () => agents.map((id) => ({ id })));
  const made = createGuardedWrites({ stateDir, home, graceMs: 0, list, log: recordedLog().log });
  const write = (...left: string[]) =>
    made.run({ verb: "agents add" }, async () => {
      setAgents(...left);
      return { exitCode: 0, signal: null, stdout: "{}", stderr: "" };
    });
  return { ...made, list, write };
}

const lostFile = () => join(stateDir, "openclaw-lost-agents.json");
const copyFile = (number: number) => join(stateDir, "openclaw-config", `00000${number}-2026-11-27T00-00-00Z.json`);

test("a loss that cannot be noted when a list shows it is noted by the next list", async () => {
  const { list, write, lostAgents } = writes();
  await write("main");
  // Cannot be read, like a file for which the process has no descriptor left.
  mkdirSync(lostFile());
  await expect(list()).rejects.toMatchObject({ code: "state_not_writable" });
  rmSync(lostFile(), { recursive: true });
  await list();
  expect(await lostAgents()).toMatchObject({ code: "runtime_lost_agents" });
  expect(JSON.parse(readFileSync(lostFile(), "utf8"))).toMatchObject({ lost: ["ricky"], copy: expect.any(String) });
  await expect(write("main")).rejects.toMatchObject({ code: "runtime_lost_agents" });
});

test("a loss is noted beside a copy that cannot be read, with an older one that has the agent", async () => {
  const { list, write } = writes();
  await write("main");
  mkdirSync(copyFile(9));
  await list();
  expect(JSON.parse(readFileSync(lostFile(), "utf8"))).toMatchObject({
    lost: ["ricky"],
    copy: expect.stringContaining("000001-"),
  });
});

test("without a look at the copies a loss is noted all the same", async () => {
  const { list, write } = writes();
  await write("main");
  rmSync(join(stateDir, "openclaw-config"), { recursive: true });
  writeFileSync(join(stateDir, "openclaw-config"), "Not a folder");
  await list();
  expect(JSON.parse(readFileSync(lostFile(), "utf8"))).toMatchObject({ lost: ["ricky"], copy: null });
});

test("a write that may still run can lose agents after a list has shown them", async () => {
  const { list, run, lostAgents } = writes();
  const note = join(stateDir, "openclaw-write.json");
  const start = async () => {
    // So that nobody can say what has become of it.
    rmSync(note);
    mkdirSync(note);
    return { exitCode: 0, signal: null, stdout: "{}", stderr: "" };
  };
  await expect(run({ verb: "agents add" }, start)).rejects.toMatchObject({ code: "state_not_writable" });
  await list();
  setAgents("main");
  await list();
  expect(await lostAgents()).toMatchObject({ code: "runtime_lost_agents" });
});
