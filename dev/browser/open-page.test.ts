import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { launchOptions } from "./launch-options.ts";
import { openPage } from "./open-page.ts";

const careless = `
  console.error("Wrong");
  setTimeout(() => { throw new Error("Thrown late") });
  new Image().src = "http://127.0.0.1:10/pixel.png";
`;

test("a page reports console errors, thrown errors and every request to a foreign host", async () => {
  const browser = await chromium.launch(await launchOptions());
  const { page, troubles } = await openPage(browser, { origins: ["http://127.0.0.1:9"] });
  await page.setContent(`<script>${careless}</script>`);
  await expect.poll(() => troubles).toHaveLength(5);
  await browser.close();
  expect(troubles).toEqual(
    expect.arrayContaining([
      expect.stringContaining("Console: Wrong"),
      expect.stringContaining("Thrown: Error: Thrown late"),
      "Foreign request: http://127.0.0.1:10/pixel.png",
      expect.stringContaining("No answer: GET http://127.0.0.1:10/pixel.png"),
    ]),
  );
});
