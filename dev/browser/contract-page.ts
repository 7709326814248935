import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { type Tried, type Verdicts, verdicts } from "./contract-in-page.ts";
import { launchOptions } from "./launch-options.ts";

const ENTRY = fileURLToPath(new URL("./contract-in-page.ts", import.meta.url));

/** What a real browser says of each name and emoji. */
export async function askBrowser(tried: Tried): Promise<Verdicts> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry: ENTRY, formats: ["iife"], name: "contractInPage" } },
  });
  const [bundle] = Array.isArray(built) ? built : [];
  const code = bundle?.output[0].code;
  if (code === undefined) throw new Error("Vite has built nothing");
  const browser = await chromium.launch(await launchOptions());
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: code });
    const said = await page.evaluate(
      (sent) => String(Reflect.get(globalThis, "contractInPage").judge(sent)),
      JSON.stringify(tried),
    );
    return verdicts.parse(JSON.parse(said));
  } finally {
    await browser.close();
  }
}
