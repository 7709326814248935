import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export type LocalOptions = {
  /** Where keys, data, logs and the sandboxed OpenClaw home are. */
  stateDir: string;
  /** An OpenClaw to use in place of the pinned one, which is then not installed. */
  openclaw?: string;
};

const STATE_DIR = fileURLToPath(new URL("../../.hatchery", import.meta.url));

/**
 * Reads `--state-dir DIR` and `--openclaw PATH`, which start, status and stop share.
 * @throws Error that names an option nobody knows, or an OpenClaw that cannot be executed.
 */
export function readOptions(args: string[]): LocalOptions {
  const { values } = parseArgs({ args, options: { "state-dir": { type: "string" }, openclaw: { type: "string" } } });
  if (values.openclaw !== undefined) accessSync(values.openclaw, constants.X_OK);
  return {
    stateDir: resolve(values["state-dir"] ?? STATE_DIR),
    ...(values.openclaw === undefined ? {} : { openclaw: resolve(values.openclaw) }),
  };
}
