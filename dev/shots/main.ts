/**
 * `npm run shots`: every page in every state, light and dark, wide and on a phone, as pictures in .hatchery/shots with
 * contact sheets to look at. `-- --readme` makes the pictures in README.md anew instead.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { launchOptions } from "../browser/launch-options.ts";
import { createTeardown } from "../stack/teardown.ts";
import { LOOKS, makeContactSheets } from "./contact-sheet.ts";
import { openScene, type Place, rememberSession } from "./open-scene.ts";
import type { Scene } from "./scene.ts";
import { insertScene, SCENES } from "./scenes.ts";
import { openStage } from "./stage.ts";

const SHOTS = fileURLToPath(new URL("../../.hatchery/shots", import.meta.url));
const IMAGES = fileURLToPath(new URL("../../docs/images", import.meta.url));
/** Scenes that README.md shows, each under the name of its picture. */
const README_PICTURES = { "agents.png": "agents", "documents.png": "documents-on-disk" };

const teardown = createTeardown();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void teardown.run());

async function takeShots(scene: Scene, place: Place): Promise<void> {
  const take = async ({ name, ...look }: (typeof LOOKS)[number]) => {
    const { page } = await openScene(place, scene, look);
    await page.screenshot({ path: join(SHOTS, `${scene.name}-${name}.png`) });
    await page.context().close();
  };
  await Promise.all(LOOKS.map(take));
}

async function takeReadmePicture(file: string, scene: Scene, place: Place): Promise<void> {
  const look = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5, colorScheme: "light" } as const;
  const { page } = await openScene(place, scene, look);
  await page.screenshot({ path: join(IMAGES, file) });
  await page.context().close();
}

function findScene(name: string): Scene {
  const scene = SCENES.find((one) => one.name === name);
  if (scene === undefined) throw new Error(`There is no scene ${name}`);
  return scene;
}

async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch(await launchOptions());
  teardown.add(() => browser.close());
  return browser;
}

const { values, positionals } = parseArgs({ options: { readme: { type: "boolean" } }, allowPositionals: true });
try {
  const stage = await openStage();
  teardown.add(stage.stop);
  const browser = await openBrowser();
  const session = await rememberSession({ browser, ...stage }, stage.signInUrl);
  const place = { browser, ...stage, session };
  if (values.readme === true) {
    for (const [file, name] of Object.entries(README_PICTURES)) {
      const scene = findScene(name);
      await insertScene(stage.query, scene);
      await takeReadmePicture(file, scene, place);
    }
    console.log(`Wrote ${Object.keys(README_PICTURES).join(" and ")} in ${IMAGES}`);
  } else {
    const wanted = positionals.length === 0 ? SCENES : positionals.map(findScene);
    await rm(SHOTS, { recursive: true, force: true });
    await mkdir(SHOTS, { recursive: true });
    const failed: string[] = [];
    for (const scene of wanted) {
      await insertScene(stage.query, scene);
      await takeShots(scene, place).catch((error: unknown) => failed.push(`${scene.name}: ${String(error)}`));
    }
    const sheets = await makeContactSheets(browser, SHOTS, wanted);
    console.log(`Wrote ${sheets.join(", ")}`);
    if (failed.length > 0) throw new Error(`Not reached:\n${failed.join("\n")}`);
  }
} finally {
  await teardown.run();
}
