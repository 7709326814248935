import type { ErrorCode } from "#contract";

/** What to do about a failure that says nothing better itself. */
export const DEFAULT_HINTS: Partial<Record<ErrorCode, string>> = {
  internal: "Retry it; if it stays, the executor's log says more",
  step_timeout:
    "Look whether the Mac mini is very busy or OpenClaw hangs, then retry; STEP_TIMEOUT_SECONDS gives it longer",
  openclaw_failed: "Run the same openclaw command on the Mac mini to see what it says, then retry",
  openclaw_unreadable: "Compare the OpenClaw version with the one that Hatchery is tested with, then retry",
  not_in_runtime: "Run openclaw agents list on the Mac mini, and look at OpenClaw's log",
  wrong_in_runtime: "Run openclaw agents list on the Mac mini, correct the agent there, then retry",
  workspace_unsafe: "Look at that place on the Mac mini, move what is in the way, then retry",
  workspace_not_writable: "Look at that folder's disk and permissions on the Mac mini, then retry",
  processes_unreadable:
    "Run ps axww on the Mac mini: when it hangs too, a process there is stuck, and a restart of the Mac mini helps",
  invalid_row: "Create the agent again with values that follow the rules",
};
