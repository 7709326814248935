import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveBuiltDashboard } from "../browser/built-dashboard.ts";
import { expectAccessible } from "../browser/expect-accessible.ts";
import { launchOptions } from "../browser/launch-options.ts";
import { signInOwner } from "../local/owner-account.ts";
import { openScene, type Place, rememberSession } from "../shots/open-scene.ts";
import { insertScene, SCENES } from "../shots/scenes.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof serveBuiltDashboard>>;
let place: Place;
beforeAll(async () => {
  journey = await startJourney("/nowhere/openclaw");
  const { stateDir, stack } = journey;
  dashboard = await serveBuiltDashboard({ stateDir, stack, react: "production" });
  const browser = await chromium.launch(await launchOptions());
  const { url } = dashboard;
  const { fragment } = await signInOwner(stateDir, stack.auth);
  const anywhere = { browser, url, origins: [url, stack.apiUrl] };
  place = { ...anywhere, session: await rememberSession(anywhere, `${url}/#${fragment}`) };
});
afterAll(async () => {
  await place.browser.close();
  await dashboard.stop();
  await journey.stop();
});

const cases = SCENES.map((scene) => [scene.name, scene] as const);

it.for(cases)("axe finds nothing wrong with %s, light or dark", { timeout: 60_000 }, async ([, scene]) => {
  await insertScene(journey.database.query, scene);
  const { page, troubles } = await openScene(place, scene);
  await expectAccessible(page);
  await page.context().close();
  // What a scene provokes itself shows on the console; nothing that breaks the page's policy ever may.
  const isProvoked = scene.meets !== undefined || scene.signedIn === false;
  const unexpected = isProvoked ? troubles.filter((trouble) => trouble.includes("Content-Security-Policy")) : troubles;
  expect(unexpected).toEqual([]);
});
