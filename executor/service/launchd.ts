import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { readPlist, writePlist } from "./plist.ts";
import type { CommandOutput } from "./run-command.ts";
import { ServiceError } from "./service-error.ts";
import type { ServiceManager, ServiceState } from "./service-manager.ts";

const LABEL = "com.hatchery.executor";
/** What the file may hold is no secret, and launchd refuses one that others may write. */
const PLIST_MODE = 0o644;
/** Longer than the ExitTimeOut of the plist. */
const GONE_WITHIN_MS = 100_000;
/** For some moments after a bootout launchd answers 5 to a bootstrap. */
const IO_ERROR = 5;
const BOOTSTRAP_WITHIN_MS = 10_000;

export function createLaunchd(machine: Machine): ServiceManager {
  const domain = `gui/${machine.uid}`;
  const target = `${domain}/${LABEL}`;
  const file = join(machine.home, "Library", "LaunchAgents", `${LABEL}.plist`);

  const isLoaded = async () => (await machine.look("launchctl", "print", target)).exitCode === 0;

  /** Over SSH alone there is no such domain, and launchd says "5: Input/output error" to everything. */
  async function requireSession(): Promise<void> {
    if ((await machine.look("launchctl", "print", domain)).exitCode === 0) return;
    throw new ServiceError(
      `Nobody is logged in at the screen of this Mac as ${machine.user}, and a LaunchAgent runs in such a session alone, not in one over SSH: ` +
        "log in there, or by Screen Sharing, and try again. For the time after a power cut let that user be logged in automatically (System Settings, Users & Groups)",
    );
  }

  async function unload(): Promise<void> {
    if (!(await isLoaded())) return;
    // Its exit code says little: 36 is "in progress". Whether it is gone is what counts.
    const answer = await machine.act("launchctl", "bootout", target);
    if (await machine.wait(`${LABEL} has ended`, async () => !(await isLoaded()), GONE_WITHIN_MS)) return;
    throw refusal("bootout", answer, `look what it does (launchctl print ${target}), then try again`);
  }

  async function bootstrap(): Promise<void> {
    const attempt = () => machine.act("launchctl", "bootstrap", domain, file);
    let answer = await attempt();
    const isTaken = async () => {
      answer = await attempt();
      return answer.exitCode !== IO_ERROR;
    };
    if (answer.exitCode === IO_ERROR) await machine.wait("launchd takes it", isTaken, BOOTSTRAP_WITHIN_MS);
    if (answer.exitCode === 0) return;
    throw refusal("bootstrap", answer, `log out and in again; if that does not help, look at ${file} (plutil -lint)`);
  }

  async function act(verb: string): Promise<void> {
    const answer = await machine.act("launchctl", verb, target);
    if (answer.exitCode !== 0) throw refusal(verb, answer, "log out and in again, then try again");
  }

  return {
    file,
    define: (program) => writePlist(LABEL, program),
    read: readPlist,
    async install(definition) {
      await unload();
      await machine.write(file, definition, PLIST_MODE);
      await act("enable");
      await bootstrap();
      await act("kickstart");
    },
    async uninstall() {
      await unload();
      await machine.remove(file);
    },
    async start() {
      // One that was stopped is disabled, and would not be taken.
      await act("enable");
      if (!(await isLoaded())) await bootstrap();
      // It may be waiting for its next try, after a crash.
      await act("kickstart");
    },
    async stop() {
      await act("disable");
      await unload();
    },
    /** Also refuses when there is no session, so that the other verbs can count on one. */
    async state() {
      const { exitCode, stdout } = await machine.look("launchctl", "print", target);
      if (exitCode !== 0) {
        await requireSession();
        return { isLoaded: false, pid: null, lastEnd: null };
      }
      const pid = /^\s*pid = (\d+)/m.exec(stdout)?.[1];
      return { isLoaded: true, pid: pid === undefined ? null : Number(pid), lastEnd: lastEndIn(stdout) };
    },
    async remarks({ workingDirectory }) {
      if (!isGuarded(machine.home, workingDirectory)) return [];
      return [
        `macOS keeps a service out of ${workingDirectory}: move the checkout out of Desktop, Documents and Downloads, and install it from there`,
      ];
    },
  };
}

function refusal(verb: string, { exitCode, stderr }: CommandOutput, advice: string): ServiceError {
  const words = stderr.trim() === "" ? "without a word" : stderr.trim();
  return new ServiceError(`launchctl ${verb} ended with ${exitCode} (${words}): ${advice}`);
}

/** Of `last exit code = 78: EX_CONFIG` and `last terminating signal = Killed: 9`; there is none of a first start. */
function lastEndIn(print: string): ServiceState["lastEnd"] {
  const signal = /^\s*last terminating signal = (.+)$/m.exec(print)?.[1];
  if (signal !== undefined) return { signal };
  const exitCode = /^\s*last exit code = (\d+)/m.exec(print)?.[1];
  return exitCode === undefined ? null : { exitCode: Number(exitCode) };
}

/** Folders of which macOS asks a person at the screen whether a program may read them; a service cannot be asked. */
function isGuarded(home: string, folder: string): boolean {
  return ["Desktop", "Documents", "Downloads"].some((name) => `${folder}/`.startsWith(`${join(home, name)}/`));
}
