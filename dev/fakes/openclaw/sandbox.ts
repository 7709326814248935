import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createOpenclaw, type Openclaw, type OpenclawOptions } from "../../../executor/openclaw.ts";

/** The stand-in's executable. */
export const FAKE_OPENCLAW = fileURLToPath(new URL("./openclaw", import.meta.url));

/** An empty home of its own, and the client that the executor uses on it. */
export interface Sandbox extends Disposable {
  home: string;
  openclaw: Openclaw;
  workspaceOf(id: string): string;
  /** Writes files into the agent's workspace, which is made when absent; answers its path. */
  seed(id: string, files: Record<string, string>): string;
  /** Text of a file in the agent's workspace, null when it is absent. */
  read(id: string, file: string): string | null;
}

/** A log that keeps quiet. */
export const silent = { debug: () => undefined, warn: () => undefined, error: () => undefined };

export function openSandbox(options: Partial<OpenclawOptions> = {}): Sandbox {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "hatchery-openclaw-")));
  const workspaceOf = (id: string) => join(home, ".openclaw", `workspace-${id}`);
  return {
    home,
    openclaw: createOpenclaw({ bin: FAKE_OPENCLAW, home, stepTimeoutMs: 30_000, log: silent, ...options }),
    workspaceOf,
    seed(id, files) {
      mkdirSync(workspaceOf(id), { recursive: true });
      for (const [name, text] of Object.entries(files)) writeFileSync(join(workspaceOf(id), name), text);
      return workspaceOf(id);
    },
    read(id, file) {
      const path = join(workspaceOf(id), file);
      return existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}
