import type { Browser, BrowserContextOptions } from "playwright-core";
import { openPage } from "../browser/open-page.ts";
import { untilAtRest } from "../browser/until-at-rest.ts";
import type { Scene } from "./scene.ts";

type Session = Exclude<BrowserContextOptions["storageState"], string | undefined>;

export type Place = {
  browser: Browser;
  /** Of the dashboard. */
  url: string;
  origins: readonly string[];
  /** What a browser that signed in remembers. */
  session: Session;
};

/** What a browser remembers after it opened the address that signs in. */
export async function rememberSession(place: Omit<Place, "session">, signInUrl: string): Promise<Session> {
  const { page } = await openPage(place.browser, { origins: place.origins });
  await page.goto(signInUrl);
  await page.getByRole("heading", { name: "Agents", level: 1 }).waitFor();
  const session = await page.context().storageState();
  await page.context().close();
  return session;
}

/** A page in the scene's state; its rows are there already. */
export async function openScene(
  { browser, url, origins, session }: Place,
  scene: Scene,
  look: BrowserContextOptions = {},
) {
  const storageState = scene.signedIn === false ? undefined : session;
  const opened = await openPage(browser, { origins, ...look, ...(storageState && { storageState }) });
  await scene.meets?.(opened.page);
  await opened.page.goto(`${url}${scene.path ?? "/"}`);
  await scene.reach(opened.page);
  await untilAtRest(opened.page);
  return opened;
}
