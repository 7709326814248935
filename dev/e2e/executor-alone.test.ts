import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa, execaSync } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { FAKE_SERVICES, MEMORY } from "../fakes/services/mode.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), optional: z.boolean().optional() })),
});
const AS_MAC = join(PROJECT, "dev/fakes/services/as-mac.ts");
/** Nothing answers there. */
const PROJECT_SETTINGS = { SUPABASE_URL: "http://127.0.0.1:9", SUPABASE_SERVICE_ROLE_KEY: "sb_secret_of_nobody" };
const OLD_NODE = findOldNode();

let checkout: string;
let settings: Record<string, string>;

/** What `npm ci --omit=dev --omit=optional` makes of a clone, as far as the executor is concerned; without the network. */
beforeAll(() => {
  checkout = realpathSync(mkdtempSync(join(tmpdir(), "hatchery-alone-")));
  for (const path of ["package.json", "package-lock.json", "executor", "supabase", "dev/checks/node-version.js"])
    cpSync(join(PROJECT, path), join(checkout, path), { recursive: true });
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(PROJECT, "package-lock.json"), "utf8")));
  for (const [path, { dev, optional }] of Object.entries(packages)) {
    const isNested = path.lastIndexOf("node_modules/") > 0;
    if (path === "" || isNested || dev || optional) continue;
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    symlinkSync(join(PROJECT, path), join(checkout, path));
  }
  settings = { HOME: checkout, STATE_DIR: join(checkout, "state"), PATH: "/usr/bin:/bin" };
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

function executor(command: string, more: Record<string, string> = {}) {
  const env = { ...settings, ...more };
  const words = command.split(" ");
  return execa(process.execPath, ["executor/main.ts", ...words], {
    cwd: checkout,
    env,
    extendEnv: false,
    reject: false,
  });
}

describe("with the production packages alone", () => {
  test("the executor says how it is used, and looks for what is wrong", { timeout: 60_000 }, async () => {
    expect((await executor("--help")).stderr).toMatch(/^Usage: node executor\/main\.ts <command>\n/);
    const { exitCode, stdout, stderr } = await executor("doctor");
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    expect(stdout).toMatch(/^ok +node +Node /m);
  });

  test("it looks for work", { timeout: 60_000 }, async () => {
    const { exitCode, stdout, stderr } = await executor("once", { ...PROJECT_SETTINGS, LOG_FILE: "-" });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^record_heartbeat: no answer [^\n]*$/);
    expect(stdout).toContain('"msg":"the database could not be used"');
  });

  test("it would be installed with this Node and this checkout", { timeout: 60_000 }, async () => {
    mkdirSync(join(checkout, "memory-of-the-stand-ins"));
    const { exitCode, stdout } = await executor("install --dry-run", {
      ...PROJECT_SETTINGS,
      PATH: `${FAKE_SERVICES}:${settings["PATH"]}`,
      [MEMORY]: join(checkout, "memory-of-the-stand-ins"),
      NODE_OPTIONS: `--import ${AS_MAC}`,
    });
    expect(exitCode).toBe(0);
    for (const path of [process.execPath, join(checkout, "executor/main.ts")])
      expect(stdout).toContain(`<string>${path}</string>`);
  });
});

describe.skipIf(OLD_NODE === undefined)("under a Node that is too old (skipped where there is none)", () => {
  test.for(["executor", "access", "start"])(
    "npm run %s names the Node that it needs, in one sentence",
    async (script) => {
      const env = { HOME: checkout, PATH: `${OLD_NODE}:/usr/bin:/bin` };
      const run = await execa("npm", ["run", "--silent", script], {
        cwd: checkout,
        env,
        extendEnv: false,
        reject: false,
      });
      expect(run).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /^Hatchery needs Node 24\.16 or newer, and this is v\d+\.\d+\.\d+: put Node 24 first on your PATH[^\n]*$/,
        ),
      });
    },
  );
});

/** The folder of one; vitest itself runs in the Node that npm puts first. */
function findOldNode(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return [...folders, "/usr/local/bin", "/usr/bin"].find((folder) => {
    const node = join(folder, "node");
    try {
      accessSync(node, constants.X_OK);
      accessSync(join(folder, "npm"), constants.X_OK);
    } catch {
      return false;
    }
    return Number(execaSync(node, ["-p", "process.versions.node.split('.')[0]"]).stdout) < 24;
  });
}
