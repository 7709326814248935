import { open, realpath } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { findCommand } from "../../openclaw-cli.ts";
import type { Check, Machine } from "../check.ts";
import { fail, ok, type Verdict, warn } from "../finding.ts";

/** Each puts a new version into a new folder, and may remove the old one. */
const VERSION_MANAGERS = /\/\.?(nvm|fnm|asdf|volta|mise|nodenv)\//;
const HOMEBREW_VERSION = /\/Cellar\/([^/]+)\/[^/]+\//;
// Homebrew puts a formula with a version beside the PATH, until it is linked.
const FIRST_ON_PATH = "first on the PATH, on a Mac: brew install node@24 && brew link --overwrite node@24";

/** The Node that runs this. */
export const nodeCheck: Check<Machine> = {
  name: "node",
  async look({ node }) {
    if (!isSupported(node.version)) {
      const message = `Node ${node.version} is none that Hatchery and OpenClaw run with: 24.16 or newer, not 25, and from 26.1 on`;
      return [fail(message, `Install one that is, and put it ${FIRST_ON_PATH}`)];
    }
    return [judgePlace(node) ?? ok(`Node ${node.version}, ${node.path}`)];
  },
};

/** OpenClaw's own rule is the narrower one: >=24.16.0 <25 || >=26.1.0. */
function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
}

function judgePlace({ path, calledAs }: Machine["node"]): Verdict | null {
  const [, manager] = VERSION_MANAGERS.exec(path) ?? [];
  if (manager !== undefined)
    return warn(
      `This Node belongs to ${manager}, and is gone after an upgrade: ${path}`,
      `Put a Node of the machine ${FIRST_ON_PATH}`,
    );
  // What it is after all links is always of one version; what it was called as need not be.
  if (!HOMEBREW_VERSION.test(calledAs)) return null;
  const lasting = calledAs.replace(HOMEBREW_VERSION, "/opt/$1/");
  return warn(`This Node is gone after an upgrade: ${calledAs}`, `Start the executor with ${lasting}`);
}

/** Whether OpenClaw is run by the same Node as the executor. */
export const openclawNodeCheck: Check = {
  name: "openclaw node",
  async look({ openclaw, node }) {
    const script = await openclaw.find().catch(() => null);
    const interpreter = script === null ? null : await interpreterOf(script);
    if (interpreter === null || (await realpath(interpreter)) === (await realpath(node.path))) return [];
    return [
      warn(
        `OpenClaw is run by another Node than the executor: ${interpreter}`,
        `Start the executor with that one, if it is new enough, or install OpenClaw with this one: ${node.path}`,
      ),
    ];
  },
};

/** The Node that the first line of a script names; null when it names none, as a wrapper does. */
async function interpreterOf(script: string): Promise<string | null> {
  await using file = await open(script);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
  const [line = ""] = buffer.toString("utf8", 0, bytesRead).split("\n");
  const [, command = "", argument = ""] = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(line) ?? [];
  const name = /(?:^|\/)env$/.test(command) ? argument : command;
  if (!/(?:^|\/)node[\d.]*$/.test(name)) return null;
  return isAbsolute(name) ? name : await findCommand(name);
}
