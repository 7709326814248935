import { useState } from "react";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Button } from "./button.tsx";
import { Dialog, DialogClose } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { TextInput } from "./text-input.tsx";

function NameDialog({ onSubmit = () => undefined, isKept = false }: { onSubmit?: () => void; isKept?: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Rename</Button>
      <Dialog
        open={isOpen}
        onOpenChange={setIsOpen}
        title="Rename agent"
        onSubmit={onSubmit}
        isKeptOnOutsidePress={isKept}
        footer={
          <>
            <DialogClose render={<Button>Cancel</Button>} />
            <Button type="submit">Save</Button>
          </>
        }
      >
        <Field label="Name" error="Give the agent a name">
          <TextInput />
        </Field>
      </Dialog>
    </>
  );
}

test("the focus goes into the dialog, stays there, and comes back to what opened it", async () => {
  const screen = await render(<NameDialog />);
  const opener = screen.getByRole("button", { name: "Rename" });
  await opener.click();
  const dialog = screen.getByRole("dialog", { name: "Rename agent" });
  await expect.poll(() => dialog.element().contains(document.activeElement)).toBe(true);
  for (let presses = 0; presses < 6; presses += 1) {
    await userEvent.tab();
    expect(dialog.element().contains(document.activeElement)).toBe(true);
  }
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("Enter in a field submits, and the page stays", async () => {
  const onSubmit = vi.fn();
  const screen = await render(<NameDialog onSubmit={onSubmit} />);
  await screen.getByRole("button", { name: "Rename" }).click();
  await userEvent.fill(screen.getByLabelText("Name"), "Ricky");
  await userEvent.keyboard("{Enter}");
  expect(onSubmit).toHaveBeenCalledOnce();
  await expect.element(screen.getByLabelText("Name")).toHaveValue("Ricky");
});

test("a screen reader hears what is wrong with a field", async () => {
  const screen = await render(<NameDialog />);
  await screen.getByRole("button", { name: "Rename" }).click();
  await expect.element(screen.getByLabelText("Name")).toHaveAccessibleDescription("Give the agent a name");
  await expect.element(screen.getByLabelText("Name")).toBeInvalid();
});

test("a press outside closes a dialog, unless it holds typed text", async () => {
  await page.viewport(1000, 800);
  for (const isKept of [false, true]) {
    const screen = await render(<NameDialog isKept={isKept} />);
    await screen.getByRole("button", { name: "Rename" }).click();
    const dialog = screen.getByRole("dialog");
    await expect.element(dialog).toBeVisible();
    await userEvent.click(document.body, { position: { x: 5, y: 5 }, force: true });
    if (isKept) await expect.element(dialog).toBeVisible();
    else await expect.element(dialog).not.toBeInTheDocument();
    await screen.unmount();
  }
});

test("on a phone the dialog takes the whole screen", async () => {
  await page.viewport(360, 640);
  const screen = await render(<NameDialog />);
  await screen.getByRole("button", { name: "Rename" }).click();
  await expect
    .poll(() => screen.getByRole("dialog").element().getBoundingClientRect())
    .toMatchObject({ x: 0, y: 0, width: 360, height: 640 });
});
