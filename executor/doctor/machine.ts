import type { Config } from "../config.ts";
import type { Machine } from "./check.ts";

/** What launchd gives, for a process that was given nothing. */
const PATH = "/usr/bin:/bin:/usr/sbin:/sbin";

export function thisMachine(environment: Config["environment"]): Machine {
  return {
    platform: process.platform,
    node: { version: process.versions.node, path: process.execPath, calledAs: process.argv0 },
    path: environment["PATH"] ?? PATH,
  };
}
