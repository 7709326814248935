import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { documentFile } from "#contract";
import { existingWorkspace, readWorkspaceFile, replaceWorkspaceFile, takeDisplaced } from "../workspace.ts";
import type { ListFolder } from "./entry.ts";

const CANARY = "The canary sings outside";
const OURS = "Written by the executor";
const NOTE = "memory/2026-11-27.md";
const SOMEBODY = 65534;
const isRoot = process.geteuid?.() === 0;

let root: string;
let ricky: string;
let outside: string;

beforeEach(() => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hatchery-attacks-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  root = join(folder, ".openclaw");
  outside = join(folder, "outside");
  ricky = join(root, "workspace-ricky");
  for (const [path, text] of Object.entries({
    [join(ricky, "SOUL.md")]: "I am Ricky",
    [join(ricky, NOTE)]: "Today",
    [join(root, "workspace", "SOUL.md")]: "I am Trunks",
    [join(root, "workspace-other", "SOUL.md")]: CANARY,
    [join(root, "openclaw.json")]: CANARY,
    ...Object.fromEntries(["SOUL.md", "2026-11-27.md", "secret"].map((name) => [join(outside, name), CANARY])),
  })) {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    // Older than its last change, it is renewed by whoever reads it.
    utimesSync(path, 1000, 2000);
  }
});

/** Everything that is none of Ricky's, with what tells of a reading or a change. */
function surroundings() {
  const folders = [outside, join(root, "workspace-other")];
  const paths = [...folders, ...folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))];
  return [
    readdirSync(root),
    ...[...paths, join(root, "openclaw.json")].map((path) => {
      const { ino, mode, nlink, size, mtimeMs, ctimeMs, atimeMs } = lstatSync(path);
      return { path, ino, mode, nlink, size, mtimeMs, ctimeMs, readMs: folders.includes(path) ? 0 : atimeMs };
    }),
  ];
}

interface Attack {
  /** Done before the executor comes, in the workspace of Ricky unless it says another. */
  lay?: () => unknown;
  id?: string;
  file?: string;
  code: string;
  /** What reading answers when that is harmless, and only writing is refused. */
  reads?: string;
  /** The text of the file itself is what is refused, before anything would be written in its place. */
  onlyRead?: boolean;
  list?: ListFolder;
  /** Tried as another user than root, whom no permission stops. */
  as?: number;
}

const inPlace = (path: () => string, lay: (path: string) => unknown) => () => {
  rmSync(path(), { recursive: true, force: true });
  return lay(path());
};
const soul = (lay: (path: string) => unknown) => inPlace(() => join(ricky, "SOUL.md"), lay);
const folder = (lay: (path: string) => unknown) => inPlace(() => ricky, lay);
const memory = (lay: (path: string) => unknown) => inPlace(() => join(ricky, "memory"), lay);
const beside = (name: string, lay: (path: string) => unknown) => inPlace(() => join(ricky, name), lay);

const pipe = (path: string) => execFileSync("mkfifo", [path]);
const device = (path: string) => execFileSync("mknod", [path, "c", "1", "5"]);
const ofSomebody = (path: string) => chownSync(path, SOMEBODY, SOMEBODY);
async function socket(path: string) {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, "listening");
}
const linkTo = (target: () => string) => (path: string) => symlinkSync(target(), path);
const secondNameOf = (target: () => string) => (path: string) => linkSync(target(), path);
const text = (bytes: string | Buffer) => soul((path) => writeFileSync(path, bytes));
const fileOf = (path: string) => writeFileSync(path, "A file");
const canary = () => join(outside, "secret");
/** Swapped for a link to the outside while the folder is looked at, that is between the check and the use. */
const swappedWhileListed =
  (path: () => string, target: () => string): ListFolder =>
  async (listed) => {
    const names = await readdir(listed);
    if (lstatSync(path()).isSymbolicLink()) return names;
    renameSync(path(), join(root, "..", "aside"));
    symlinkSync(target(), path());
    return names;
  };
/** As a file system lists that takes `soul.md` for `SOUL.md`. */
const spelt =
  (name: string, otherwise: string): ListFolder =>
  async (listed) =>
    (await readdir(listed)).map((found) => (found === name ? otherwise : found));

const unsafe = { code: "workspace_unsafe" };
const squatted = { ...unsafe, reads: "I am Ricky" };
const forRoot: Record<string, Attack> = {
  "a device as the workspace": { ...unsafe, lay: folder(device) },
  "a device as the file": { ...unsafe, lay: soul(device) },
  "a workspace of another user": { ...unsafe, lay: () => ofSomebody(ricky) },
  "the main workspace of another user": { ...unsafe, id: "main", lay: () => ofSomebody(join(root, "workspace")) },
  "a memory folder of another user": { ...unsafe, file: NOTE, lay: () => ofSomebody(join(ricky, "memory")) },
  "a file of another user": { ...unsafe, lay: () => ofSomebody(join(ricky, "SOUL.md")) },
  "a note of another user": { ...unsafe, file: NOTE, lay: () => ofSomebody(join(ricky, NOTE)) },
  "a temporary file of another user": {
    ...squatted,
    lay: beside(".SOUL.md.hatchery", (path) => {
      fileOf(path);
      ofSomebody(path);
    }),
  },
  "a displaced file of another user": {
    ...squatted,
    lay: beside(".SOUL.md.hatchery-displaced", (path) => {
      fileOf(path);
      ofSomebody(path);
    }),
  },
  "a file that may not be read": {
    code: "workspace_not_writable",
    onlyRead: true,
    as: SOMEBODY,
    lay: () => {
      for (const path of [ricky, join(ricky, "SOUL.md")]) ofSomebody(path);
      chmodSync(join(ricky, "SOUL.md"), 0o200);
    },
  },
  "a workspace that may not be listed": {
    code: "workspace_not_writable",
    as: SOMEBODY,
    lay: () => {
      ofSomebody(ricky);
      chmodSync(ricky, 0o300);
    },
  },
};

const places: Record<string, Attack> = {
  "a link to the outside as the workspace": { ...unsafe, lay: folder(linkTo(() => outside)) },
  "a link to another agent's as the workspace": { ...unsafe, lay: folder(linkTo(() => join(root, "workspace-other"))) },
  "a link to the root as the workspace": { ...unsafe, lay: folder(linkTo(() => "/")) },
  "a link to nowhere as the workspace": { ...unsafe, lay: folder(linkTo(() => join(outside, "new"))) },
  "a link to itself as the workspace": { ...unsafe, lay: folder(linkTo(() => ricky)) },
  "a link as the main workspace": {
    ...unsafe,
    id: "main",
    lay: inPlace(
      () => join(root, "workspace"),
      linkTo(() => outside),
    ),
  },
  "a file as the workspace": { ...unsafe, lay: folder(fileOf) },
  "a pipe as the workspace": { ...unsafe, lay: folder(pipe) },
  "a socket as the workspace": { ...unsafe, lay: folder(socket) },
  "no workspace": { code: "workspace_missing", lay: folder(() => undefined) },
  "a workspace that is spelt otherwise": { ...unsafe, list: spelt("workspace-ricky", "Workspace-Ricky") },

  "a link to the outside as the memory folder": { ...unsafe, file: NOTE, lay: memory(linkTo(() => outside)) },
  "a relative link as the memory folder": { ...unsafe, file: NOTE, lay: memory(linkTo(() => "../../outside")) },
  "a link to nowhere as the memory folder": { ...unsafe, file: NOTE, lay: memory(linkTo(() => join(outside, "new"))) },
  "a link to itself as the memory folder": { ...unsafe, file: NOTE, lay: memory(linkTo(() => "memory")) },
  "a file as the memory folder": { ...unsafe, file: NOTE, lay: memory(fileOf) },
  "a pipe as the memory folder": { ...unsafe, file: NOTE, lay: memory(pipe) },
  "a memory folder that is spelt otherwise": { ...unsafe, file: NOTE, list: spelt("memory", "Memory") },
  "a link to the outside as a note": { ...unsafe, file: NOTE, lay: beside(NOTE, linkTo(canary)) },
  "a second name of a file outside as a note": { ...unsafe, file: NOTE, lay: beside(NOTE, secondNameOf(canary)) },
  "a folder as a note": { ...unsafe, file: NOTE, lay: beside(NOTE, (path) => mkdirSync(path)) },

  "a link to the outside": { ...unsafe, lay: soul(linkTo(canary)) },
  "a relative link to the outside": { ...unsafe, lay: soul(linkTo(() => "../../outside/secret")) },
  "a link to OpenClaw's config": { ...unsafe, lay: soul(linkTo(() => "../openclaw.json")) },
  "a link to a file that is not there yet": { ...unsafe, lay: soul(linkTo(() => join(outside, "new"))) },
  "a link to itself": { ...unsafe, lay: soul(linkTo(() => "SOUL.md")) },
  "a link to a device without end": { ...unsafe, lay: soul(linkTo(() => "/dev/zero")) },
  "a link to this process's own environment": { ...unsafe, lay: soul(linkTo(() => "/proc/self/environ")) },
  "a link to a folder": { ...unsafe, lay: soul(linkTo(() => outside)) },
  "a second name of a file outside": { ...unsafe, lay: soul(secondNameOf(canary)) },
  "a second name of another agent's file": {
    ...unsafe,
    lay: soul(secondNameOf(() => join(root, "workspace-other", "SOUL.md"))),
  },
  "a pipe": { ...unsafe, lay: soul(pipe) },
  "a socket": { ...unsafe, lay: soul(socket) },
  "a folder": { ...unsafe, lay: soul((path) => mkdirSync(path)) },
  "a file that is spelt otherwise": { ...unsafe, list: spelt("SOUL.md", "soul.md") },
  "a file that is spelt with a long s": { ...unsafe, list: spelt("SOUL.md", "\u017fOUL.md") },
  "a text of more than 1 MiB": { ...unsafe, onlyRead: true, lay: text(Buffer.alloc(1024 * 1024 + 1, "x")) },
  "a text in Latin-1": { ...unsafe, onlyRead: true, lay: text(Buffer.from("Käse", "latin1")) },
  "a text in UTF-16": { ...unsafe, onlyRead: true, lay: text(Buffer.from("\uFEFFSoul", "utf16le")) },
  "half a character": { ...unsafe, onlyRead: true, lay: text(Buffer.from([0xed, 0xa0, 0x80])) },
  "a slash in more bytes than it needs": { ...unsafe, onlyRead: true, lay: text(Buffer.from([0x2e, 0xc0, 0xaf])) },
  "a text with a NUL": { ...unsafe, onlyRead: true, lay: text("Soul\0") },

  "a workspace that becomes a link": {
    ...unsafe,
    list: swappedWhileListed(
      () => ricky,
      () => outside,
    ),
  },
  "a memory folder that becomes a link": {
    ...unsafe,
    file: NOTE,
    list: swappedWhileListed(
      () => join(ricky, "memory"),
      () => outside,
    ),
  },
  "a file that becomes a link": { ...unsafe, list: swappedWhileListed(() => join(ricky, "SOUL.md"), canary) },
};
for (const name of [".SOUL.md.hatchery", ".SOUL.md.hatchery-displaced"]) {
  places[`a link to the outside as ${name}`] = { ...squatted, lay: beside(name, linkTo(canary)) };
  places[`a link to nowhere as ${name}`] = {
    ...squatted,
    lay: beside(
      name,
      linkTo(() => join(outside, "new")),
    ),
  };
  places[`a link to the file as ${name}`] = {
    ...squatted,
    lay: beside(
      name,
      linkTo(() => "SOUL.md"),
    ),
  };
  places[`a second name of a file outside as ${name}`] = { ...squatted, lay: beside(name, secondNameOf(canary)) };
  places[`a folder as ${name}`] = { ...squatted, lay: beside(name, (path) => mkdirSync(path)) };
  places[`a pipe as ${name}`] = { ...squatted, lay: beside(name, pipe) };
}

const IDS = ["", ".", "..", "../outside", "ricky/../../outside", "/etc", "RICKY", "Main", "ricky.", "ricky ", "ricky/"];
IDS.push("ricky\0", "ricky\\..\\..", "..%2foutside", "ri\u0441ky", "\uff52icky", "ricky\u200b", "ricky\n", "__proto__");
const ids = Object.fromEntries(IDS.map((id): [string, Attack] => [JSON.stringify(id), { id, code: "invalid_row" }]));
ids["a folder's name"] = { id: "workspace-ricky", code: "workspace_missing" };

const DATES = ["2026-13-45", "2026-02-30", "2026-1-1", "20261127", "+002026-11-27", "\uff12026-11-27", "2026-11-27 "];
DATES.push("2026-11-27\0", "../2026-11-27", "../../outside/2026-11-27", "x/../2026-11-27", "", ".", "..\\2026-11-27");
const FILES = [
  "../SOUL.md",
  "../../outside/secret",
  "/etc/passwd",
  "./SOUL.md",
  "memory/../SOUL.md",
  "memory",
  "",
  ".",
];
FILES.push(
  "SOUL.md ",
  "SOUL.md.",
  "SOUL.md/",
  "SOUL.md\0",
  "soul.md",
  "S\u041eUL.md",
  "\uff33OUL.md",
  "SOUL.md::$DATA",
);
FILES.push("BOOTSTRAP.md", ".git/config", "..\\SOUL.md", "memory//2026-11-27.md", "constructor");
FILES.push(...DATES.map((date) => documentFile("memory_today", date)));
const files = Object.fromEntries(FILES.map((file): [string, Attack] => [JSON.stringify(file), { ...unsafe, file }]));
files["a type that is no file"] = { ...unsafe, file: documentFile(JSON.parse('"mission"'), "") };

async function attempt<T>(say: () => Promise<T>) {
  try {
    return { answer: await say() };
  } catch (error) {
    return { error: error instanceof Error ? { ...error, message: error.message } : error };
  }
}

const classes = { places, "another's": isRoot ? forRoot : {}, ids, files };
let endured = 0;

describe.each(Object.entries(classes))("%s", (_, attacks) => {
  test.each(Object.entries(attacks))("%s", async (_name, attack) => {
    const { lay, code, id = "ricky", reads, onlyRead = false, list, as = 0 } = attack;
    const { file } = { file: "SOUL.md", ...attack };
    await lay?.();
    const before = surroundings();
    if (as !== 0) process.seteuid?.(as);
    const read = await attempt(
      async () => await readWorkspaceFile(await existingWorkspace(root, id, list), file, list),
    );
    const write = await attempt(async () =>
      onlyRead ? null : await replaceWorkspaceFile(await existingWorkspace(root, id, list), file, OURS, list),
    );
    const take = await attempt(async () => await takeDisplaced(await existingWorkspace(root, id), file));
    if (as !== 0) process.seteuid?.(0);

    const refused = { error: expect.objectContaining({ code, permanent: true, message: expect.any(String) }) };
    expect(read).toEqual(reads === undefined ? refused : { answer: reads });
    expect(write).toEqual(onlyRead ? { answer: null } : refused);
    if (reads !== undefined) expect(take).toEqual(refused);
    expect(JSON.stringify({ read, write, take })).not.toContain(CANARY);
    expect(surroundings()).toEqual(before);
    for (const name of ["secret", "SOUL.md", "2026-11-27.md"])
      expect(readFileSync(join(outside, name), "utf8")).toBe(CANARY);
    expect(readdirSync(outside).sort()).toEqual(["2026-11-27.md", "SOUL.md", "secret"]);
    endured += 1;
  });
});

test("there were attacks enough, and what is tried here succeeds where nothing was laid", async () => {
  expect(endured).toBeGreaterThanOrEqual(100);
  for (const [id, file] of Object.entries({ ricky: NOTE, main: "SOUL.md" })) {
    const workspace = await existingWorkspace(root, id);
    await replaceWorkspaceFile(workspace, file, OURS);
    expect(await readWorkspaceFile(workspace, file)).toBe(OURS);
  }
});
