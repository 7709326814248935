import { z } from "zod";
import { errorResult, type RequestStep, stepProgress } from "#contract";
import type { RequestRow } from "./rows.ts";
import { endLabel, type StepState, stepLabels, stepsOfKind } from "./step-labels.ts";

/**
 * One line of the list of steps. `ms` is how long it took; `since` (ms since 1970) is set while it runs or waits for its turn,
 * `note` while there is more to say of that.
 */
export type StepView = {
  id: "queued" | RequestStep | "end";
  label: string;
  state: StepState;
  ms?: number;
  since?: number;
  note?: string;
};

const progressList = z.array(stepProgress).catch([]);

/** What a request that ended as error says; undefined for any other, and for a result of an earlier system. */
export function errorOf(request: Pick<RequestRow, "status" | "result">) {
  return request.status === "error" ? errorResult.safeParse(request.result).data : undefined;
}

/** The steps of a request, from the click to its end; while its executor is away none runs. Times are the database's. */
export function stepsOf(request: RequestRow, isAway: boolean): StepView[] {
  return [queuedStep(request), ...workSteps(request, isAway), endStep(request)];
}

function queuedStep(request: RequestRow): StepView {
  const requestedAt = Date.parse(request.requested_at);
  if (request.status === "queued") {
    return request.attempts === 0
      ? { id: "queued", label: "Queued", state: "running", since: requestedAt }
      : { id: "queued", label: "Queued again", state: "running" };
  }
  if (request.picked_up_at === null) return { id: "queued", label: "Never picked up", state: "error" };
  // From the second try on, when the first one began is not known any more.
  const ms = Date.parse(request.picked_up_at) - requestedAt;
  return { id: "queued", label: "Picked up from the queue", state: "done", ...(request.attempts === 1 && { ms }) };
}

function workSteps(request: RequestRow, isAway: boolean): StepView[] {
  const progress = new Map(progressList.parse(request.progress).map((entry) => [entry.step, entry]));
  const error = errorOf(request);
  const isCancelled = error?.code === "cancelled";
  let begunAt = request.picked_up_at === null ? Number.NaN : Date.parse(request.picked_up_at);

  return stepsOfKind(request).map((step): StepView => {
    const entry = progress.get(step);
    // What was called off did not go wrong.
    const told = isCancelled && entry?.state !== "done" ? undefined : entry?.state;
    const reached = workState(request, told, error?.step === step, isAway);
    const state = reached === "running" && entry?.waits ? "waiting" : reached;
    const isNow = state === "running" || state === "waiting";
    const since = begunAt;
    begunAt += entry?.ms ?? 0;
    return {
      id: step,
      label: stepLabels(request, step)[state],
      state,
      ...(entry?.ms !== undefined && { ms: entry.ms }),
      ...(isNow && Number.isFinite(since) && { since }),
      ...(isNow && entry?.note !== undefined && { note: entry.note }),
    };
  });
}

function workState(
  request: RequestRow,
  told: "running" | "done" | "error" | undefined,
  isCulprit: boolean,
  isAway: boolean,
): StepState {
  if (request.status === "done") return "done";
  if (isCulprit) return "error";
  if (told !== "running") return told ?? "ahead";
  // The last word of an attempt that was cut off, or of a Mac that is away: it does not run any more, or not now.
  if (request.status === "queued" || (request.status === "running" && isAway)) return "ahead";
  return request.status === "error" ? "error" : "running";
}

function endStep(request: RequestRow): StepView {
  return { id: "end", label: endLabel(request), state: request.status === "done" ? "done" : "ahead" };
}

/** How far a request is: the state of each of its steps, and the words for the one that counts now. */
export function summarise(
  request: RequestRow,
  isAway: boolean,
): { states: StepState[]; label: string; position: number } {
  const steps = workSteps(request, isAway);
  const states = steps.map(({ state }) => state);
  const busy = states.findIndex((state) => state === "waiting" || state === "running" || state === "error");
  const at = busy === -1 ? states.indexOf("ahead") : busy;
  return { states, label: steps[at]?.label ?? endLabel(request), position: at === -1 ? steps.length : at + 1 };
}

/** A try that failed, with another one to come: which one, and when (ms since 1970). */
export function nextTry(request: RequestRow): { failed: number; of: number; at: number } | undefined {
  if (request.status !== "queued" || request.attempts === 0) return undefined;
  return { failed: request.attempts, of: request.max_attempts, at: Date.parse(request.run_after) };
}
