import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { openWorkspace, readWorkspaceFile, replaceWorkspaceFile, sha256, workspacePath } from "./workspace.ts";

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "hatchery-workspace-")));
  onTestFinished(() => rmSync(root, { recursive: true }));
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const unsafe = { code: "workspace_unsafe", permanent: true };

test("a workspace is made beside the others, readable for all and writable for its owner", async () => {
  const home = join(root, "home", ".openclaw");
  const workspace = await openWorkspace(home, "ricky");
  expect(workspace).toEqual({ id: "ricky", dir: join(home, "workspace-ricky") });
  expect([modeOf(home), modeOf(workspace.dir)]).toEqual(["700", "755"]);
});

test("a path is known before anything exists, and looking it up makes nothing", async () => {
  symlinkSync(root, `${root}-link`);
  onTestFinished(() => rmSync(`${root}-link`));
  expect(await workspacePath(`${root}-link/a/b`, "ricky")).toBe(join(root, "a", "b", "workspace-ricky"));
  expect(readdirSync(root)).toEqual([]);
});

test.each(["", ".", "../x", "a/b", "a\0b", "Ricky", "main", "__proto__", "constructor", "-x", "x".repeat(64)])(
  "the id %j is refused although the database let it through",
  async (id) => {
    await expect(openWorkspace(root, id)).rejects.toMatchObject({ code: "invalid_row", permanent: true });
    expect(readdirSync(root)).toEqual([]);
  },
);

test("a file in the workspace's place is refused and kept", async () => {
  writeFileSync(join(root, "workspace-ricky"), "Mine");
  const refused = expect.stringContaining("is a file, not a folder");
  await expect(openWorkspace(root, "ricky")).rejects.toMatchObject({
    ...unsafe,
    message: refused,
    hint: expect.any(String),
  });
  expect(readFileSync(join(root, "workspace-ricky"), "utf8")).toBe("Mine");
});

test("a root that is a file, below a file or a link that leads back to itself is refused, and nothing is written", async () => {
  writeFileSync(join(root, "file"), "Mine");
  symlinkSync(join(root, "loop"), join(root, "loop"));
  for (const path of ["file", "file/below", "loop"])
    await expect(openWorkspace(join(root, path), "ricky")).rejects.toMatchObject({
      ...unsafe,
      hint: expect.any(String),
    });
  expect(readdirSync(root).sort()).toEqual(["file", "loop"]);
  expect(readFileSync(join(root, "file"), "utf8")).toBe("Mine");
});

test("a symbolic link in the workspace's place is refused, also when it leads nowhere or comes later", async () => {
  mkdirSync(join(root, "elsewhere"));
  symlinkSync(join(root, "elsewhere"), join(root, "workspace-ricky"));
  symlinkSync(join(root, "nowhere"), join(root, "workspace-rocky"));
  await expect(openWorkspace(root, "ricky")).rejects.toMatchObject(unsafe);
  await expect(openWorkspace(root, "rocky")).rejects.toMatchObject(unsafe);

  const workspace = await openWorkspace(root, "later");
  rmSync(workspace.dir, { recursive: true });
  symlinkSync(join(root, "elsewhere"), workspace.dir);
  await expect(replaceWorkspaceFile(workspace, "SOUL.md", "x")).rejects.toMatchObject(unsafe);
  await expect(readWorkspaceFile(workspace, "SOUL.md")).rejects.toMatchObject(unsafe);
  expect(readdirSync(join(root, "elsewhere"))).toEqual([]);
});

test.skipIf(process.platform !== "linux")("a folder that cannot be made is told as not writable", async () => {
  const refused = { code: "workspace_not_writable", permanent: true, hint: expect.stringContaining("permission") };
  await expect(openWorkspace("/sys/kernel", "ricky")).rejects.toMatchObject(refused);
});

test.skipIf(process.getuid?.() === 0)(
  "a workspace without write permission is refused before anything is written",
  async () => {
    mkdirSync(join(root, "workspace-ricky"), { mode: 0o555 });
    await expect(openWorkspace(root, "ricky")).rejects.toMatchObject({
      code: "workspace_not_writable",
      permanent: true,
    });
  },
);

test("what is written is read back byte for byte, with its hash", async () => {
  const workspace = await openWorkspace(root, "ricky");
  const text = "\uFEFF# Soul\r\n研究员 🦊 $& {{name}}\n\n";
  expect(await replaceWorkspaceFile(workspace, "SOUL.md", text)).toEqual({ sha256: sha256(text), displaced: null });
  expect(await readWorkspaceFile(workspace, "SOUL.md")).toBe(text);
  expect(readFileSync(join(workspace.dir, "SOUL.md"), "utf8")).toBe(text);
  expect(modeOf(join(workspace.dir, "SOUL.md"))).toBe("644");
  expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("writing again replaces the text and leaves nothing beside it, also after a write that was cut off", async () => {
  const workspace = await openWorkspace(root, "ricky");
  writeFileSync(join(workspace.dir, ".USER.md.hatchery"), "Half a te");
  expect(await replaceWorkspaceFile(workspace, "USER.md", "One")).toEqual({ sha256: sha256("One"), displaced: null });
  const { displaced } = await replaceWorkspaceFile(workspace, "USER.md", "Two");
  expect(displaced?.text).toBe("One");
  await displaced?.forget();
  expect(readdirSync(workspace.dir)).toEqual(["USER.md"]);
  expect(await readWorkspaceFile(workspace, "USER.md")).toBe("Two");
});

test("a file that is absent reads as null, and so does one of an absent workspace", async () => {
  expect(await readWorkspaceFile(await openWorkspace(root, "ricky"), "MEMORY.md")).toBeNull();
  expect(await readWorkspaceFile({ id: "gone", dir: join(root, "workspace-gone") }, "MEMORY.md")).toBeNull();
});

test("links, pipes and folders in a file's place are neither read nor written", async () => {
  const workspace = await openWorkspace(root, "ricky");
  const secret = join(root, "secret");
  writeFileSync(secret, "Secret");
  symlinkSync(secret, join(workspace.dir, "SOUL.md"));
  linkSync(secret, join(workspace.dir, "USER.md"));
  mkdirSync(join(workspace.dir, "MEMORY.md"));
  execFileSync("mkfifo", [join(workspace.dir, "IDENTITY.md")]);
  for (const file of ["SOUL.md", "USER.md", "MEMORY.md", "IDENTITY.md"] as const) {
    await expect(readWorkspaceFile(workspace, file)).rejects.toMatchObject(unsafe);
    await expect(replaceWorkspaceFile(workspace, file, "x")).rejects.toMatchObject(unsafe);
  }
  expect(readFileSync(secret, "utf8")).toBe("Secret");
  expect(readdirSync(workspace.dir).sort()).toEqual(["IDENTITY.md", "MEMORY.md", "SOUL.md", "USER.md"]);
});

test("a name that is not on the list is refused", async () => {
  const workspace = await openWorkspace(root, "ricky");
  await expect(replaceWorkspaceFile(workspace, "../workspace-ricky/AGENTS.md", "x")).rejects.toMatchObject(unsafe);
  expect(existsSync(join(workspace.dir, "AGENTS.md"))).toBe(false);
});

test.each([
  ["more than 1 MiB", Buffer.alloc(1024 * 1024 + 1, "x"), "larger than 1 MiB"],
  ["not UTF-8", Buffer.from([0x66, 0xff, 0x66]), "not UTF-8"],
  ["with a NUL", Buffer.from("a\0b"), "NUL"],
])("a file is refused when it is %s", async (_what, bytes, message) => {
  const workspace = await openWorkspace(root, "ricky");
  writeFileSync(join(workspace.dir, "SOUL.md"), bytes);
  await expect(readWorkspaceFile(workspace, "SOUL.md")).rejects.toMatchObject({
    ...unsafe,
    message: expect.stringContaining(message),
  });
});

test("exactly 1 MiB is read", async () => {
  const workspace = await openWorkspace(root, "ricky");
  await replaceWorkspaceFile(workspace, "MEMORY.md", "x".repeat(1024 * 1024));
  expect(await readWorkspaceFile(workspace, "MEMORY.md")).toHaveLength(1024 * 1024);
});
