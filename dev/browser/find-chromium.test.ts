import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { findChromium } from "./find-chromium.ts";
import { launchOptions } from "./launch-options.ts";

const drawsInColour = `(() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = "40px sans-serif";
  canvas.fillText("🦊", 0, 40);
  const { data } = canvas.getImageData(0, 0, 50, 50);
  return data.some((value, index) => index % 4 === 0 && value !== data[index + 1]);
})()`;

test("a CHROME_PATH that leads nowhere is an error, not a reason to take another", async () => {
  await expect(findChromium({ chosen: "/nowhere/chrome" })).rejects.toThrow(
    "CHROME_PATH names /nowhere/chrome, which is not there",
  );
});

test("a machine without a Chromium of its own has the one from npm, which draws emoji in colour", async ({ skip }) => {
  if (process.platform !== "linux" || process.arch !== "x64") skip("it is built for Linux on x64");
  const browser = await chromium.launch(await launchOptions(await findChromium({ chosen: "", installed: [] })));
  const page = await browser.newPage();
  expect(await page.evaluate(drawsInColour)).toBe(true);
  await browser.close();
});
