import { homedir, userInfo } from "node:os";
import { environment } from "../config.ts";
import { createMachine, type Place, readIfThere } from "./machine.ts";
import { type Program, thisProgram, whatIsStale } from "./program.ts";
import { type ServiceManager, serviceManagerOf } from "./service-manager.ts";

/** A service as its file says it is. */
export interface Installation {
  file: string;
  definition: string;
  /** Null when the file is none of ours. */
  program: Program | null;
  /** Why installing it again from here would change it, one sentence each: another Node, another checkout, other code. */
  stale: string[];
}

/** This user on this machine. */
export function thisPlace(): Place {
  const { uid, username } = userInfo();
  return { platform: process.platform, home: homedir(), uid, user: username, env: environment };
}

/** What this user has installed on this machine. @throws ServiceError where there are no services */
export async function findInstallation(): Promise<Installation | null> {
  const looking = { isDryRun: true, say: () => undefined, mask: () => "" };
  return await readInstallation(serviceManagerOf(createMachine(thisPlace(), looking)));
}

/** What is installed, by its file alone: nothing is run or changed. Null when nothing is. */
export async function readInstallation(manager: Pick<ServiceManager, "file" | "read">): Promise<Installation | null> {
  const { file } = manager;
  const definition = await readIfThere(file);
  if (definition === null) return null;
  const program = readProgram(manager, definition);
  if (program === null) return { file, definition, program, stale: [`${file} is no service of this version`] };
  return { file, definition, program, stale: whatIsStale(program, await thisProgram(program)) };
}

function readProgram(manager: Pick<ServiceManager, "read">, definition: string): Program | null {
  try {
    return manager.read(definition);
  } catch {
    // Of an older version, or changed by hand: installing again puts it right.
    return null;
  }
}
