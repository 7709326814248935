import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { commandOutput } from "./command-output.ts";

const ANSWERS_WITHIN_MS = 5000;

const systems = new Map<string, () => Promise<string>>([
  ["linux", () => readFile("/etc/machine-id", "utf8")],
  [
    "darwin",
    async () => {
      const args = ["-rd1", "-c", "IOPlatformExpertDevice"];
      const listing = await commandOutput("/usr/sbin/ioreg", args, { withinMs: ANSWERS_WITHIN_MS });
      return listing.split("\n").find((line) => line.includes('"IOPlatformUUID"')) ?? "";
    },
  ],
]);

/**
 * Tells this machine from others, also from one whose disk is a copy of its own: a sha256 (hex) of the id that the system has
 * for it, which is nobody else's business. Undefined where none is known.
 * @param read answers a text with the id in it
 */
export async function machineId(read = systems.get(process.platform)): Promise<string | undefined> {
  try {
    const [id] = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/i.exec((await read?.()) ?? "") ?? [];
    return id && createHash("sha256").update(`hatchery ${id}`).digest("hex");
  } catch {
    // A container without the file, for example.
    return undefined;
  }
}
