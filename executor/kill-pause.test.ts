import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { recordedLog } from "../dev/testing/executor-stack.ts";
import { createKillPause } from "./kill-pause.ts";

/** Longer than a slow disk takes to keep the file. */
const PAUSE_MS = 2000;
let file: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "hatchery-pause-"));
  file = join(folder, "killed.json");
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const killPause = (pauseMs = PAUSE_MS) => createKillPause({ file, pauseMs, log: recordedLog().log });

async function waited(pause: ReturnType<typeof killPause>, startedAt = performance.now()) {
  const why: string[] = [];
  await pause.wait(undefined, (sentence) => why.push(sentence));
  return { ms: performance.now() - startedAt, why };
}

test("without a kill nobody waits", async () => {
  expect((await waited(killPause())).why).toEqual([]);
});

test("after a kill the next write waits and says why, the one after it does not", async () => {
  const pause = killPause();
  const startedAt = performance.now();
  await pause.begin();
  const { ms, why } = await waited(pause, startedAt);
  expect(ms).toBeGreaterThanOrEqual(PAUSE_MS);
  expect(why).toEqual([expect.stringMatching(/had to be killed.*up to 1 min/)]);
  expect(existsSync(file)).toBe(false);
  expect((await waited(pause)).why).toEqual([]);
});

test("an executor that comes after it waits for what is left, and never longer than the pause", async () => {
  await killPause(60_000).begin();
  const stop = new AbortController();
  const why: string[] = [];
  const waiting = killPause(60_000).wait(stop.signal, (sentence) => {
    why.push(sentence);
    stop.abort(new Error("Seen"));
  });
  await expect(waiting).rejects.toThrow("Seen");
  expect(why).toEqual([expect.stringMatching(/up to 1 min until/)]);

  writeFileSync(file, JSON.stringify({ killedAt: new Date(Date.now() - 60_000) }));
  expect((await waited(killPause())).why).toEqual([]);
  for (const text of [JSON.stringify({ killedAt: new Date(Date.now() + 60_000) }), "of somebody else"]) {
    writeFileSync(file, text);
    const { ms } = await waited(killPause());
    expect(ms).toBeGreaterThanOrEqual(PAUSE_MS);
  }
});

test("someone who gives up is let go, and the pause stays", async () => {
  const pause = killPause(60_000);
  await pause.begin();
  const stop = new AbortController();
  const waiting = pause.wait(stop.signal, () => stop.abort(new Error("Gone")));
  await expect(waiting).rejects.toThrow("Gone");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ killedAt: expect.any(String) });
});

test("a pause that cannot be kept on disk holds all the same", async () => {
  mkdirSync(`${file}.new/full`, { recursive: true });
  const pause = killPause();
  await pause.begin();
  expect((await waited(pause)).why).toHaveLength(1);
});
