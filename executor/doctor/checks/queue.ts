import { ALIVE_SECONDS } from "#contract";
import type { Check } from "../check.ts";
import { fail, ok, type Verdict, warn } from "../finding.ts";
import { examine } from "./database.ts";

/** Longer than fifty agents at once take without OpenClaw's gateway. */
const LONG_SECONDS = 30 * 60;
const LOG = "Read its log: npm run executor -- logs";

/** Whether requests are taken, and by executors alone. */
export const queueCheck: Check = {
  name: "queue",
  async look(patient) {
    const examination = await examine(patient);
    if (examination === null) return [];
    const { problem, silentSeconds, oldestQueuedSeconds, endedByOthers } = examination;
    const verdicts: Verdict[] = [];
    // What it said last says nothing of now once it is silent.
    const isAlive = silentSeconds !== null && silentSeconds <= ALIVE_SECONDS;
    if (isAlive && problem !== null) verdicts.push(fail(`Nothing is claimed: ${problem.message}`, problem.hint ?? LOG));
    else if (oldestQueuedSeconds > LONG_SECONDS)
      verdicts.push(
        warn(
          `A request has waited for ${Math.round(oldestQueuedSeconds / 60)} minutes`,
          isAlive ? `${LOG}. When that says nothing of it, start the executor anew` : "npm run executor -- status",
        ),
      );
    if (endedByOthers > 0)
      verdicts.push(
        warn(
          `Something that is no executor has ended ${endedByOthers} of the last day's requests`,
          "Stop the worker of an older dashboard, wherever it runs: it polls agent_provision_requests and takes what is queued. A day after its last request this is not said any more",
        ),
      );
    return verdicts.length > 0 ? verdicts : [ok("No request waits for long")];
  },
};
