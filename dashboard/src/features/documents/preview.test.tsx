import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { Preview } from "./preview.tsx";

test("nothing in a document is run or fetched: raw HTML stays text, an image its description", async () => {
  const text = [
    '<img src="https://example.com/a.png" onerror="document.title = 1"> <script>document.title = 2</script>',
    "![The desk](https://example.com/desk.png)",
    "[out](https://example.com/rules) [beside](memory/today.md) [bad](javascript:alert(1))",
  ].join("\n\n");
  const screen = await render(<Preview text={text} />);
  await expect.element(screen.getByText("The desk")).toBeVisible();
  const { element } = { element: screen.container };
  expect(element.querySelectorAll("img, script, iframe, style, link")).toHaveLength(0);
  expect(element.textContent).toContain("<script>document.title = 2</script>");
  const links = [...element.querySelectorAll("a")].map((link) => [link.href, link.target, link.rel]);
  expect(links).toEqual([["https://example.com/rules", "_blank", "noopener noreferrer"]]);
});

test("a table, a list of tasks and headings below the page's own are read as such", async () => {
  const screen = await render(
    <Preview text={"# One\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n"} />,
  );
  await expect.element(screen.getByRole("heading", { name: "One", level: 2 })).toBeVisible();
  await expect.element(screen.getByRole("cell", { name: "2" })).toBeVisible();
  await expect.element(screen.getByRole("checkbox", { name: "Done", exact: true })).toBeChecked();
  await expect.element(screen.getByRole("checkbox", { name: "To do" })).not.toBeChecked();
});
