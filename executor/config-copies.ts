import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ExecutorError, PermanentError } from "./errors.ts";
import { readStateFile, removeStateFile, toStateError, writeStateFile } from "./state-file.ts";
import { isSystemError } from "./system-error.ts";

/** Some days of a busy executor: each agent that is made costs two at most. */
const KEPT = 10;
/** A number first, because a clock may go back; the time is for whoever looks for one. */
const NAME = /^(\d{6})-[\dTZ-]+\.json$/;

interface ConfigCopiesOptions {
  /** OpenClaw's `openclaw.json`. */
  config: string;
  /** Where the copies lie. */
  folder: string;
}

/** The last 10 states of OpenClaw's config, each from before a write of ours. */
export function createConfigCopies({ config, folder }: ConfigCopiesOptions) {
  return {
    /**
     * Copies the config, unless the newest copy says the same or there is no config yet.
     * @throws ExecutorError openclaw_config_unreadable | disk_full | state_not_writable
     */
    async take(): Promise<void> {
      const content = await readConfig(config);
      if (content === null) return;
      const names = await copiesIn(folder);
      const newest = names.at(-1);
      if (newest !== undefined && content.toString() === (await readStateFile(join(folder, newest)))) return;
      const number = String(Number(newest?.slice(0, 6) ?? 0) + 1).padStart(6, "0");
      const time = new Date().toISOString().replace(/\.\d+/, "").replaceAll(":", "-");
      await writeStateFile(join(folder, `${number}-${time}.json`), content);
      for (const old of names.slice(0, -(KEPT - 1))) await removeStateFile(join(folder, old));
    },

    /** The path of the newest copy that can be read and has all these agents, or null. Never throws. */
    async newestWith(ids: string[]): Promise<string | null> {
      // That agents are lost has to be said also where no copy is at hand.
      const names = await copiesIn(folder).catch((): string[] => []);
      for (const name of names.reverse()) {
        const text = await readStateFile(join(folder, name)).catch(() => null);
        if (text !== null && ids.every((id) => hasAgent(text, id))) return join(folder, name);
      }
      return null;
    },
  };
}

async function readConfig(config: string): Promise<Buffer | null> {
  try {
    return await readFile(config);
  } catch (cause) {
    if (isSystemError(cause, "ENOENT")) return null;
    const Failure = isSystemError(cause, "EACCES", "EPERM", "EISDIR", "ELOOP") ? PermanentError : ExecutorError;
    throw new Failure("openclaw_config_unreadable", `OpenClaw's config ${config} cannot be read`, {
      hint: "Make it a file that the user of the executor may read, and retry",
      cause,
    });
  }
}

async function copiesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw toStateError(error, folder);
  }
}

/**
 * Whether the config names this agent: as the key of an entry, or as the id in the list of older versions. By the text,
 * because a person may have written it, with comments and without quotes.
 */
function hasAgent(text: string, id: string): boolean {
  const name = id.replace(/[^\w]/g, "\\$&");
  return new RegExp(`(?<![\\w-])(["']?)${name}\\1\\s*:|\\bid["']?\\s*:\\s*["']${name}["']`).test(text);
}
