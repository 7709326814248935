import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { logLines } from "../executor-log.ts";
import type { Fault } from "../fault.ts";
import type { Machine } from "../machine.ts";

const PATIENCE_MS = 120_000;
/** Backoff is cut short, so that three attempts that each fail take a few seconds. */
const LONGER_THAN_ALL_ATTEMPTS_MS = 15_000;
/** In blocks of 1,024 bytes; most documents are longer. */
const LARGEST_FILE = 6;
// The log is passed on by a process that was started before the limit, or the harness would not hear of anything.
const SCRIPT = `exec > >(cat) 2>&1; ulimit -S -f ${LARGEST_FILE}; exec "$0" "$@"`;
const run = promisify(execFile);

/** There is room again; on Linux without the executor being started anew. */
async function makeRoom(machine: Machine, pid: number): Promise<void> {
  if (process.platform === "linux") await run("prlimit", ["--pid", String(pid), "--fsize=unlimited"]);
  else {
    await machine.stop();
    await machine.start();
  }
}

export const diskFull: Fault = {
  name: "the disk is full in the middle of a file",
  notes: [
    `Disk full: no file of the executor may grow beyond ${LARGEST_FILE} KiB (ulimit -f), so that writes end in the middle, until the limit is taken away, on Linux from the running process; its log and OpenClaw's own files are let through`,
  ],
  isInShortPart: true,
  async inject(scene) {
    const machine = await scene.machine();
    // With the attempts that the product gives: a full disk must not use them up.
    await scene.ask(scene.size(6, 2), { executor: machine });
    const child = await machine.start({ wrapper: ["/bin/bash", "-c", SCRIPT] });
    // What the system says to a write that would make a file too large.
    const failures = () => logLines(child, /EFBIG|disk_full/);
    await scene.until("the executor has met the full disk", async () => (await failures()).length > 0, PATIENCE_MS);
    await scene.quiet(scene.size(LONGER_THAN_ALL_ATTEMPTS_MS, 0));
    scene.hit((await failures()).length);
    await makeRoom(machine, child.pid);
    await scene.quiet(PATIENCE_MS);
  },
};
