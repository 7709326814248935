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
  const at = new URL(scene.path ?? "/", url);
  at.hostname = scene.host ?? at.hostname;
  // What a browser remembers it remembers for one origin.
  const storageState = { ...session, origins: session.origins.map((one) => ({ ...one, origin: at.origin })) };
  const opened = await openPage(browser, {
    origins: [...origins, at.origin],
    ...look,
    ...(scene.signedIn !== false && { storageState }),
  });
  await scene.meets?.(opened.page);
  await opened.page.goto(at.href);
  await scene.reach(opened.page);
  await untilAtRest(opened.page);
  return opened;
}
