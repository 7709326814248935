import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { startGateway } from "../fakes/openclaw/gateway.ts";
import { ensureOpenclaw } from "../local/install-openclaw.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

const PATIENCE = { timeout: 300_000 };
const LIVE = { timeout: 120_000 };

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let bin: string;
let stopExecutor: (() => Promise<void>) | undefined;
beforeAll(async () => {
  ({ bin } = await ensureOpenclaw({ onProgress: console.log }));
  journey = await startJourney(bin);
  dashboard = await openDashboard(journey);
  gateway = await startGateway(bin, journey.home);
}, 600_000);
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await dashboard.stop();
  await journey.stop();
});

const wake = async () => {
  stopExecutor = await journey.startExecutor();
};
const fallAsleep = async () => {
  await stopExecutor?.();
  stopExecutor = undefined;
};
const pathOf = (file: string) => join(journey.workspace("ricky"), file);
const fileOf = (file: string) => readFile(pathOf(file), "utf8");
const becomes = (file: string, text: string) =>
  vi.waitFor(async () => expect(await fileOf(file)).toBe(text), { timeout: 60_000, interval: 100 });

const visitDocument = async (type: string) => {
  const { page } = await dashboard.visit();
  await page.getByRole("link", { name: "Ricky", exact: true }).click();
  await page.getByRole("link", { name: documentNames[type] ?? type }).click();
  return page;
};
const documentNames: Record<string, RegExp> = { soul: /^SOUL\.md/, memory_long: /^MEMORY\.md/ };
const editor = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const save = (page: Page) => page.getByRole("button", { name: /^Save/ }).first();

/** In place of the whole text. */
async function rewrite(page: Page, name: string, text: string): Promise<void> {
  await editor(page, name).click();
  await page.keyboard.press("Control+A");
  // Typed over a selection Chromium styles what it puts there, which the page forbids it and the console says.
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(text);
}

/** What the editor holds, line by line. */
const written = (page: Page, name: string) =>
  editor(page, name).evaluate((box) =>
    [...box.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"),
  );
const reads = (page: Page, name: string, text: string) =>
  vi.waitFor(async () => expect(await written(page, name)).toBe(text), { timeout: 60_000, interval: 100 });

it(
  "what is written before the Mac wakes is what OpenClaw's agent gets, and what is written later follows",
  PATIENCE,
  async () => {
    const { page } = await dashboard.visit();
    await page.getByRole("button", { name: "New agent", exact: true }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Ricky");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("link", { name: "Ricky", exact: true }).click();
    await page.getByRole("link", { name: documentNames["soul"] ?? "" }).click();
    await rewrite(page, "SOUL.md", "# Ricky\nWritten while the Mac was asleep");
    await page.keyboard.press("Control+S");
    await page.getByText("Will be written when the agent is set up").waitFor();

    await wake();
    await page
      .getByText(/^On disk at/)
      .first()
      .waitFor(LIVE);
    await becomes("SOUL.md", "# Ricky\nWritten while the Mac was asleep");
    await vi.waitFor(
      async () => expect(await journey.listAgents()).toContainEqual(expect.objectContaining({ id: "ricky" })),
      LIVE,
    );

    await rewrite(page, "SOUL.md", "# Ricky\nWritten while the Mac was awake");
    await save(page).click();
    await becomes("SOUL.md", "# Ricky\nWritten while the Mac was awake");
    await page
      .getByText(/^On disk at/)
      .first()
      .waitFor();
    await vi.waitFor(async () => expect(await page.getByText(/on its way/).count()).toBe(0), LIVE);
  },
);

it("what the agent remembers on disk is there in the open page", PATIENCE, async () => {
  const page = await visitDocument("memory_long");
  const before = await fileOf("MEMORY.md");
  await reads(page, "MEMORY.md", before);
  await appendFile(pathOf("MEMORY.md"), "- The key is under the mat\n");
  await reads(page, "MEMORY.md", `${before}- The key is under the mat\n`);
});

it("a document that was changed on both sides while the Mac slept is settled by a person", PATIENCE, async () => {
  await fallAsleep();
  const page = await visitDocument("soul");
  await rewrite(page, "SOUL.md", "# Ricky\nChanged in the page");
  await save(page).click();
  await writeFile(pathOf("SOUL.md"), "# Ricky\nChanged on the Mac\n");
  await wake();
  await page.getByText(/ was changed here and on /).waitFor(LIVE);
  expect(await fileOf("SOUL.md")).toBe("# Ricky\nChanged on the Mac\n");

  await page.getByRole("button", { name: "Use theirs", exact: true }).click();
  await page
    .getByText(/^On disk at/)
    .first()
    .waitFor(LIVE);
  await reads(page, "SOUL.md", "# Ricky\nChanged on the Mac\n");
  expect(await fileOf("SOUL.md")).toBe("# Ricky\nChanged on the Mac\n");
});

it("an older text is brought back from the history, and lies on disk again", PATIENCE, async () => {
  const page = await visitDocument("soul");
  await page.getByRole("button", { name: "History" }).click();
  const history = page.getByRole("dialog", { name: "History of SOUL.md" });
  await history
    .getByRole("button", { name: /^Written here/ })
    .last()
    .click();
  await history.getByRole("button", { name: "Restore this text" }).click();
  await becomes("SOUL.md", "# Ricky\nWritten while the Mac was asleep");
  await reads(page, "SOUL.md", "# Ricky\nWritten while the Mac was asleep");
});

it("of two people who write at once the second merges", PATIENCE, async () => {
  const [one, other] = [await visitDocument("soul"), await visitDocument("soul")];
  const base = "# Ricky\nWritten while the Mac was asleep";
  await reads(one, "SOUL.md", base);
  await reads(other, "SOUL.md", base);
  await rewrite(one, "SOUL.md", `# Ricky of the front desk\nWritten while the Mac was asleep`);
  await rewrite(other, "SOUL.md", `${base}\nLikes tea`);
  await save(one).click();
  await one
    .getByText(/^On disk at/)
    .first()
    .waitFor(LIVE);
  await other.getByText("A newer text is there").waitFor(LIVE);
  await other.getByRole("button", { name: "Merge" }).click();
  await other.getByRole("button", { name: "Save the merge" }).click();
  const both = "# Ricky of the front desk\nWritten while the Mac was asleep\nLikes tea";
  await becomes("SOUL.md", both);
  await reads(one, "SOUL.md", both);
  await reads(other, "SOUL.md", both);
});
