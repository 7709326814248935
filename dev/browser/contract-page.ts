import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { z } from "zod";
import { launchOptions } from "./launch-options.ts";

const ENTRY = fileURLToPath(new URL("./contract-in-page.ts", import.meta.url));
const verdicts = z.array(z.object({ stored: z.string().nullable(), id: z.string().nullable() }));

/** What a real browser says of each name: as it would be stored, or null where the form refuses it; and the id it suggests. */
export async function askBrowser(names: readonly string[]): Promise<z.infer<typeof verdicts>> {
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
    // As JSON text, which carries half a character as well.
    const said = await page.evaluate(
      (sent) => Reflect.get(globalThis, "contractInPage").judge(sent),
      JSON.stringify(names),
    );
    return verdicts.parse(said);
  } finally {
    await browser.close();
  }
}
