import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { showToast, Toaster } from "./toaster.tsx";

test("a message can be acted on, and is then gone", async () => {
  const retry = vi.fn();
  const screen = await render(<Toaster>Page</Toaster>);
  showToast({ tone: "danger", title: "Ricky failed", action: { label: "Retry", onSelect: retry } });
  const message = screen.getByRole("dialog", { name: "Ricky failed" });
  await message.getByRole("button", { name: "Retry" }).click();
  expect(retry).toHaveBeenCalledOnce();
  await expect.element(message).not.toBeInTheDocument();
});

test("a second message with the same id takes the place of the first", async () => {
  const screen = await render(<Toaster>Page</Toaster>);
  showToast({ id: "ricky", tone: "danger", title: "Ricky failed" });
  await expect.element(screen.getByRole("dialog", { name: "Ricky failed" })).toBeVisible();
  showToast({ id: "ricky", tone: "success", title: "Ricky is live" });
  const message = screen.getByRole("dialog", { name: "Ricky is live" });
  await expect.element(message).toBeVisible();
  await expect.element(screen.getByText("Ricky failed")).not.toBeInTheDocument();
  await message.getByRole("button", { name: "Dismiss", includeHidden: true }).click();
  await expect.element(message).not.toBeInTheDocument();
});
