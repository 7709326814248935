import { ALIVE_SECONDS } from "#contract";
import { lookAtInstances } from "../../instance.ts";
import { lookAtOpenclawHome } from "../../openclaw-home.ts";
import type { Check, Patient } from "../check.ts";
import { fail, ok, type Verdict } from "../finding.ts";
import { ENROLL, examine } from "./database.ts";

/** Whether one process works here, and none elsewhere under the same id. */
export const processesCheck: Check = {
  name: "processes",
  async look(patient) {
    const { instances, holder } = await lookAtInstances(patient.config.stateDir);
    const elsewhere = await judgeElsewhere(patient, instances);
    if (elsewhere !== null) return [elsewhere];
    if (patient.isItself) return [ok(`Running as process ${process.pid}`)];
    const home = await lookAtOpenclawHome(patient.config.openclawHome);
    if (home !== null && home.pid !== holder?.pid)
      return [
        fail(
          `Another executor works with the OpenClaw in ${patient.config.openclawHome}, from another STATE_DIR: process ${home.pid ?? "unknown"}`,
          home.pid === undefined ? "Stop it: one executor serves every project" : `kill ${home.pid}`,
        ),
      ];
    if (holder !== null) return [ok(`Running as process ${holder.pid ?? "unknown"}`)];
    return [ok("None is running now")];
  },
};

async function judgeElsewhere(patient: Patient, instances: string[]): Promise<Verdict | null> {
  const examination = await examine(patient);
  if (examination === null) return null;
  const { instanceId, silentSeconds } = examination;
  const isOurs = instanceId === null || instances.includes(instanceId);
  if (isOurs || silentSeconds === null || silentSeconds > ALIVE_SECONDS) return null;
  return fail(
    `Another process, of another STATE_DIR or machine, works as ${patient.executorId}, heard ${Math.round(silentSeconds)} s ago`,
    `Stop the other, and look again ${ALIVE_SECONDS} s later; or give this one an id of its own in EXECUTOR_ID, and then ${ENROLL}`,
  );
}
