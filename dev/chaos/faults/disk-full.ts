import { readFile } from "node:fs/promises";
import type { Fault } from "../fault.ts";

const PATIENCE_MS = 120_000;
/** In blocks of 1,024 bytes; most documents are longer. */
const LARGEST_FILE = 6;
// The log is passed on by a process that was started before the limit, or the harness would not hear of anything.
const SCRIPT = `exec > >(cat) 2>&1; ulimit -S -f ${LARGEST_FILE}; exec "$0" "$@"`;

export const diskFull: Fault = {
  name: "the disk is full in the middle of a file",
  notes: [
    `Disk full: no file may grow beyond ${LARGEST_FILE} KiB (ulimit -f), so that writes end in the middle; the executor's log is let through`,
  ],
  isInShortPart: true,
  async inject(scene) {
    const machine = await scene.machine();
    const asked = await scene.ask(scene.size(6, 2), { executor: machine });
    const child = await machine.start({ wrapper: ["/bin/bash", "-c", SCRIPT] });
    const hasFailed = async () => {
      const rows = await scene.world.query(
        "select from public.agent_provision_requests where project_id = $1 and (attempts > 0 and status = 'queued' or status = 'done')",
        [scene.projectId],
      );
      return rows.length === asked.length;
    };
    await scene.until("each request has met the full disk", hasFailed, PATIENCE_MS);
    await machine.stop();
    // What the system says to a write that would make a file too large.
    const log = await readFile(child.logFile, "utf8");
    scene.hit(log.split("\n").filter((line) => line.includes("EFBIG")).length);
    await machine.start();
    await scene.quiet(PATIENCE_MS);
  },
};
