import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { BadgeNotice } from "./badge-notice.tsx";

test("an agent whose executor takes no requests says why, and what to do about it", async () => {
  const screen = await render(
    <BadgeNotice
      badge={{
        ...{ state: "waiting", group: "waiting", tone: "warning" },
        label: "Waiting for Mac mini · OpenClaw cannot be started",
        problem: {
          code: "openclaw_missing",
          message: "There is no executable at ~/openclaw",
          hint: "Install OpenClaw",
        },
      }}
    />,
  );
  await expect.element(screen.getByText("Waiting for Mac mini · OpenClaw cannot be started")).toBeVisible();
  await expect.element(screen.getByText("There is no executable at ~/openclaw. Install OpenClaw.")).toBeVisible();
});
