import { type RequestKind, type RequestStep, requestKind, STEPS_OF } from "#contract";
import type { RequestRow } from "./rows.ts";

export type StepState = "ahead" | "waiting" | "running" | "done" | "error";
type StepLabels = Record<StepState, string>;

const LABELS: Record<RequestStep, StepLabels> = {
  workspace: {
    ahead: "Write files",
    waiting: "Waiting to write files",
    running: "Writing files",
    done: "Files written",
    error: "Files not written",
  },
  add: {
    ahead: "Add to OpenClaw",
    waiting: "Waiting to add to OpenClaw",
    running: "Adding to OpenClaw",
    done: "Added to OpenClaw",
    error: "Not added to OpenClaw",
  },
  identity: {
    ahead: "Set name and emoji",
    waiting: "Waiting to set name and emoji",
    running: "Setting name and emoji",
    done: "Name and emoji set",
    error: "Name and emoji not set",
  },
  remove: {
    ahead: "Remove from OpenClaw",
    waiting: "Waiting to remove from OpenClaw",
    running: "Removing from OpenClaw",
    done: "Removed from OpenClaw",
    error: "Not removed from OpenClaw",
  },
  verify: {
    ahead: "See it in openclaw agents list",
    waiting: "Waiting to look in openclaw agents list",
    running: "Looking in openclaw agents list",
    done: "Seen in openclaw agents list",
    error: "Not seen in openclaw agents list",
  },
};

/** Where the step of one kind is something else than that of a provision. */
const LABELS_OF: Partial<Record<RequestKind, Partial<Record<RequestStep, StepLabels>>>> = {
  set_identity: {
    workspace: {
      ahead: "Find it in OpenClaw",
      waiting: "Waiting to find it in OpenClaw",
      running: "Finding it in OpenClaw",
      done: "Found in OpenClaw",
      error: "Not found in OpenClaw",
    },
  },
  deprovision: {
    workspace: {
      ahead: "Look at its folder",
      waiting: "Waiting to look at its folder",
      running: "Looking at its folder",
      done: "Looked at its folder",
      error: "Stopped at its folder",
    },
    verify: {
      ahead: "See it gone from openclaw agents list",
      waiting: "Waiting to look in openclaw agents list",
      running: "Looking in openclaw agents list",
      done: "Gone from openclaw agents list",
      error: "Not seen gone from openclaw agents list",
    },
  },
  adopt: {
    workspace: {
      ahead: "Read its files",
      waiting: "Waiting to read its files",
      running: "Reading its files",
      done: "Files read",
      error: "Files not read",
    },
  },
};

const ENDS: Record<RequestKind, string> = {
  provision: "Live",
  set_identity: "Saved",
  deprovision: "Gone",
  adopt: "Adopted",
};

/** Undefined for a kind of a later version. */
function knownKind({ kind }: Pick<RequestRow, "kind">): RequestKind | undefined {
  return requestKind.safeParse(kind).data;
}

/** What one step of this request is called in each of its states. */
export function stepLabels(request: Pick<RequestRow, "kind">, step: RequestStep): StepLabels {
  const kind = knownKind(request);
  return (kind && LABELS_OF[kind]?.[step]) ?? LABELS[step];
}

/** What there is to do, in order. Of a kind of a later version nobody here knows. */
export function stepsOfKind(request: Pick<RequestRow, "kind">): readonly RequestStep[] {
  const kind = knownKind(request);
  return kind === undefined ? [] : STEPS_OF[kind];
}

/** What is so once it is done. */
export function endLabel(request: Pick<RequestRow, "kind">): string {
  const kind = knownKind(request);
  return kind === undefined ? "Done" : ENDS[kind];
}

/** What a step of this request is called when it is neither ahead nor behind. */
export function stepName(request: Pick<RequestRow, "kind">, step: RequestStep): string {
  return stepLabels(request, step).ahead;
}
