import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { canMount, mounting } from "../dev/testing/mounting.ts";

/** Runs the body of an async function with `disk`, a folder on a disk of its own, and `fill()`. @returns its value */
function onSmallDisk(body: string, size = "256k"): unknown {
  const disk = mkdtempSync(join(tmpdir(), "hatchery-disk-"));
  onTestFinished(() => rmSync(disk, { recursive: true }));
  const script = `
    import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
    const [disk, executor, bin] = process.argv.slice(1);
    const load = (file) => import(executor + file);
    const refused = (work) => work.then(() => "no error", ({ code, permanent, message, hint }) => ({ code, permanent, message, hint }));
    function fill() {
      try { for (;;) appendFileSync(disk + "/ballast", "x".repeat(1024)); } catch (error) { if (error.code !== "ENOSPC") throw error; }
    }
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const answer = await (async () => { ${body} })();
    console.log(JSON.stringify(answer));`;
  const executor = new URL("./", import.meta.url).href;
  const node = [process.execPath, "--input-type=module", "-e", script, disk, executor, FAKE_OPENCLAW];
  const [file = "", ...words] = [...mounting("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk), ...node];
  const { stdout, stderr } = spawnSync(file, words, { encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const full = { code: "disk_full", permanent: false, hint: expect.stringContaining("Free some space") };

test.skipIf(!canMount)("a document on a full disk stays what it was, with nothing half-written beside it", () => {
  const seen = onSmallDisk(`
    const { openWorkspace, replaceWorkspaceFile } = await load("workspace.ts");
    const workspace = await openWorkspace(disk + "/home", "ricky");
    await replaceWorkspaceFile(workspace, "SOUL.md", "Old");
    fill();
    const error = await refused(replaceWorkspaceFile(workspace, "SOUL.md", "New".repeat(10000)));
    return { error, files: readdirSync(workspace.dir), text: readFileSync(workspace.dir + "/SOUL.md", "utf8") };`);
  expect(seen).toEqual({
    error: { ...full, message: expect.stringMatching(/The disk has no room for .*SOUL.md/) },
    files: ["SOUL.md"],
    text: "Old",
  });
});

test.skipIf(!canMount)(
  "no write is begun without its note and the copy of the config, and the next one goes through",
  () => {
    const seen = onSmallDisk(`
    const { createOpenclaw } = await load("openclaw.ts");
    const home = disk + "-home";
    mkdirSync(home, { recursive: true });
    const stateDir = disk + "/state";
    const openclaw = createOpenclaw({ bin, home, stateDir, stepTimeoutMs: 10000, log });
    const add = (id) => refused(openclaw.addAgent({ id, workspace: home + "/.openclaw/workspace-" + id }));
    await add("first");
    const files = readdirSync(stateDir);
    fill();
    const errors = [await add("second"), await add("second")];
    const after = readdirSync(stateDir);
    const calls = readFileSync(home + "/fake-openclaw-calls.jsonl", "utf8").match(/"add","second"/g);
    rmSync(disk + "/ballast");
    const last = await add("second");
    const listed = (await openclaw.listAgents()).map(({ id }) => id);
    rmSync(home, { recursive: true });
    return { files, errors, after, calls, last, listed };`);
    expect(seen).toMatchObject({
      errors: [full, full],
      calls: null,
      last: "no error",
      listed: ["main", "first", "second"],
    });
    expect(seen).toHaveProperty("after", expect.not.arrayContaining([expect.stringMatching(/\.new$/)]));
  },
);

test.skipIf(!canMount)("claims are held while the disk of the workspaces is full, wherever STATE_DIR lies", () => {
  const seen = onSmallDisk(
    `
    const { createOpenclaw } = await load("openclaw.ts");
    const { createClaimHold } = await load("claim-hold.ts");
    const { openWorkspace, replaceWorkspaceFile } = await load("workspace.ts");
    const home = disk + "-home";
    mkdirSync(home, { recursive: true });
    const stateDir = home + "/state";
    const openclaw = createOpenclaw({ bin, home, stateDir, stepTimeoutMs: 10000, log });
    const hold = createClaimHold({ openclaw, stateDir, workspaceRoot: disk + "/not/made", log, onChange() {} });
    await hold.look();
    const before = hold.problem();
    const workspace = await openWorkspace(disk, "ricky");
    fill();
    await replaceWorkspaceFile(workspace, "SOUL.md", "New".repeat(10000)).catch(hold.begin);
    const begun = hold.problem();
    await hold.look();
    const later = hold.problem();
    rmSync(disk + "/ballast");
    await hold.look();
    rmSync(home, { recursive: true });
    return { before, begun, later, isSince: begun?.since === later?.since, after: hold.problem(), files: readdirSync(disk) };`,
    "3m",
  );
  const problem = { code: "disk_full", hint: full.hint };
  expect(seen).toMatchObject({ before: null, begun: problem, later: problem, isSince: true, after: null });
  expect(seen).toHaveProperty("files", ["workspace-ricky"]);
});

test.skipIf(!canMount)(
  "a start on a full disk has its folder, and who comes later follows those that were noted",
  () => {
    const seen = onSmallDisk(`
    const { becomeInstance, lookAtInstances } = await load("instance.ts");
    const { takeOpenclawHome, lookAtOpenclawHome } = await load("openclaw-home.ts");
    const start = async () => {
      using instance = await becomeInstance(disk + "/state");
      using home = await takeOpenclawHome(disk + "/home");
      const holders = [(await lookAtInstances(disk + "/state")).holder, await lookAtOpenclawHome(disk + "/home")];
      return { id: instance.id, replaces: instance.replaces, isNoted: instance.unnoted === undefined, isHeld: !holders.includes(null) };
    };
    const first = await start();
    fill();
    const second = await start();
    rmSync(disk + "/ballast");
    const third = await start();
    return [first, second, third].map(({ replaces, ...rest }) => ({ ...rest, followsFirst: replaces.join() === first.id }));`);
    expect(seen).toMatchObject([
      { isNoted: true, isHeld: true, followsFirst: false },
      { isNoted: false, isHeld: true, followsFirst: true },
      { isNoted: true, isHeld: true, followsFirst: true },
    ]);
  },
);
