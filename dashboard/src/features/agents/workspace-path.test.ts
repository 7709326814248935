import { expect, test } from "vitest";
import { workspacePath } from "./workspace-path.ts";

test("the workspace lies under the executor's root, or where OpenClaw has it by default", () => {
  expect(workspacePath("ricky", { workspace_root: "/srv/openclaw" })).toBe("/srv/openclaw/workspace-ricky");
  expect(workspacePath("ricky", { workspace_root: null })).toBe("~/.openclaw/workspace-ricky");
  expect(workspacePath("ricky", undefined)).toBe("~/.openclaw/workspace-ricky");
});
