import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

/** How every scene is looked at; the name ends the name of its picture. */
export const LOOKS = [
  { name: "light", viewport: WIDE, colorScheme: "light" },
  { name: "dark", viewport: WIDE, colorScheme: "dark" },
  { name: "phone-light", viewport: PHONE, colorScheme: "light" },
  { name: "phone-dark", viewport: PHONE, colorScheme: "dark" },
] as const;

/** One sheet a look, `sheet-<look>.png`, and `index.html` with all pictures in full. Answers their paths. */
export async function makeContactSheets(
  browser: Browser,
  folder: string,
  scenes: readonly { name: string }[],
): Promise<string[]> {
  const figure = (scene: string, look: string) =>
    `<figure><a href="${scene}-${look}.png"><img src="${scene}-${look}.png" alt=""></a><figcaption>${scene}</figcaption></figure>`;
  const sheet = (looks: readonly string[]) => `<!doctype html><meta charset="utf-8"><title>Contact sheet</title>
    <style>
      body { margin: 24px; background: #777; color: #fff; font: 14px system-ui; }
      main { display: flex; flex-wrap: wrap; gap: 20px; }
      figure { margin: 0; } img { display: block; height: 400px; } figcaption { margin-top: 6px; }
    </style>
    ${looks.map((look) => `<h1>${look}</h1><main>${scenes.map(({ name }) => figure(name, look)).join("")}</main>`).join("")}`;

  const index = join(folder, "index.html");
  const paths = [index];
  const page = await browser.newPage({ viewport: { width: 2050, height: 1000 } });
  for (const { name } of LOOKS) {
    const path = join(folder, `sheet-${name}.png`);
    await writeFile(index, sheet([name]));
    await page.goto(pathToFileURL(index).href);
    await page.screenshot({ path, fullPage: true });
    paths.push(path);
  }
  await writeFile(index, sheet(LOOKS.map(({ name }) => name)));
  return paths;
}
