import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createConfigCopies } from "./config-copies.ts";

let root: string;
let config: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hatchery-copies-"));
  config = join(root, "openclaw.json");
  folder = join(root, "state", "openclaw-config");
  onTestFinished(() => rmSync(root, { recursive: true }));
});

const copies = () => createConfigCopies({ config, folder });
const texts = () =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("each state is copied once, for its owner's eyes alone, and the last ten are kept", async () => {
  for (let state = 1; state <= 12; state += 1) {
    writeFileSync(config, `{"state": ${state}}`);
    await copies().take();
    await copies().take();
  }
  expect(texts()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((state) => `{"state": ${state}}`));
  expect(readdirSync(folder).map((name) => modeOf(join(folder, name)))).toEqual(Array(10).fill("600"));
  expect(modeOf(folder)).toBe("700");
});

test("a state that comes back is copied again", async () => {
  for (const text of ["one", "two", "one"]) {
    writeFileSync(config, text);
    await copies().take();
  }
  expect(texts()).toEqual(["one", "two", "one"]);
});

test("a home without a config needs no copy", async () => {
  await copies().take();
  expect(readdirSync(root)).toEqual([]);
  expect(await copies().newestWith(["ricky"])).toBeNull();
});

test("a config that cannot be read is refused with a hint", async () => {
  mkdirSync(config);
  await expect(copies().take()).rejects.toMatchObject({
    ...{ code: "openclaw_config_unreadable", permanent: true, hint: expect.any(String) },
    message: `OpenClaw's config ${config} cannot be read`,
  });
});

test.skipIf(process.getuid?.() === 0)("a config of somebody else is refused", async () => {
  writeFileSync(config, "{}");
  chmodSync(config, 0);
  await expect(copies().take()).rejects.toMatchObject({ code: "openclaw_config_unreadable", permanent: true });
});

test("the newest copy that has the agents is found, however the config is written", async () => {
  const states = [
    `{agents: {entries: {rosa: {}, "ricky": {}}}, talk: {agentId: "main"}}`,
    `{"agents": {"list": [{"id": "ricky-2"}, {"id": "ricky"}]}}`,
    `{"agents": {"entries": {"ricky-2": {}}, "defaults": {"systemAgent": {"agentId": "ricky"}}}}`,
  ];
  for (const text of states) {
    writeFileSync(config, text);
    await copies().take();
  }
  const found = async (...ids: string[]) => {
    const path = await copies().newestWith(ids);
    return path === null ? null : readFileSync(path, "utf8");
  };
  expect(await found("ricky")).toBe(states[1]);
  expect(await found("ricky-2")).toBe(states[2]);
  expect(await found("ricky", "rosa")).toBe(states[0]);
  expect(await found("main")).toBeNull();
});

test("copies that cannot be looked at are said as such, and not as a fault of the request", async () => {
  writeFileSync(config, "one");
  mkdirSync(join(folder, "000007-2026-11-27T00-00-00Z.json"), { recursive: true });
  await expect(copies().take()).rejects.toMatchObject({ code: "state_not_writable" });
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "Not a folder");
  await expect(copies().take()).rejects.toMatchObject({ code: "state_not_writable" });
});
