import { CHECKS } from "./checks/index.ts";
import { diagnose } from "./diagnose.ts";
import type { Finding } from "./finding.ts";
import { createPatient, type PatientOptions } from "./patient.ts";

/** Makes every check of an executor; none of them runs on afterwards. */
export async function diagnoseExecutor(options: PatientOptions): Promise<Finding[]> {
  const patient = await createPatient(options);
  const findings = await diagnose(patient, CHECKS, options.signal);
  await patient.openclaw.ended();
  return findings;
}
