import { useState } from "react";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { SegmentedFilter } from "./segmented-filter.tsx";

const OPTIONS = [
  { value: "all", label: "All", count: 9 },
  { value: "live", label: "Live", count: 7 },
  { value: "failed", label: "Failed", count: 2 },
] as const;

function StateFilter() {
  const [value, setValue] = useState<"all" | "live" | "failed">("all");
  return <SegmentedFilter label="State" options={OPTIONS} value={value} onValueChange={setValue} />;
}

test("a press chooses one option and gives up the other; pressing it again keeps it", async () => {
  const screen = await render(<StateFilter />);
  const live = screen.getByRole("button", { name: /^Live/ });
  await live.click();
  await live.click();
  await expect.element(live).toHaveAttribute("aria-pressed", "true");
  await expect.element(screen.getByRole("button", { name: /^All/ })).toHaveAttribute("aria-pressed", "false");
});

test("arrow keys move between the options, and Enter chooses", async () => {
  const screen = await render(<StateFilter />);
  await userEvent.keyboard("{Tab}{ArrowRight}{ArrowRight}{Enter}");
  await expect.element(screen.getByRole("button", { name: /^Failed/ })).toHaveAttribute("aria-pressed", "true");
  await expect.element(screen.getByRole("button", { name: /^Failed/ })).toHaveFocus();
});
