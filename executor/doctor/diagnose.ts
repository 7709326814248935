import { pause } from "../nudge.ts";
import type { Check, Machine } from "./check.ts";
import { type Finding, type Verdict, warn } from "./finding.ts";

const WITHIN_MS = 30_000;

/** Makes all checks side by side. Never throws: a check that does, or that hangs, is a finding. In the order of the checks. */
export async function diagnose<P extends Machine>(
  patient: P,
  checks: readonly Check<P>[],
  signal?: AbortSignal,
): Promise<Finding[]> {
  const findings = await Promise.all(
    checks.map(async (check) => {
      const verdicts = await lookInTime(check, patient, signal);
      return verdicts.map((verdict) => ({ check: check.name, ...verdict }));
    }),
  );
  return findings.flat();
}

async function lookInTime<P extends Machine>(
  { look, withinMs = WITHIN_MS }: Check<P>,
  patient: P,
  signal: AbortSignal | undefined,
): Promise<Verdict[]> {
  const over = new AbortController();
  const stop = () => over.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const late = pause(withinMs, over.signal).then(() => [
    warn(`This could not be judged within ${withinMs / 1000} s`, "Look again when the machine has less to do"),
  ]);
  try {
    return await Promise.race([look(patient, over.signal), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [warn(`This could not be judged: ${why}`, "Look again; when it stays, report it with this message")];
  } finally {
    signal?.removeEventListener("abort", stop);
    over.abort();
  }
}
