import { fileURLToPath } from "node:url";
import { type BrowserContextOptions, chromium } from "playwright-core";
import { expect, type TestContext } from "vitest";
import { serveBuiltDashboard } from "../browser/built-dashboard.ts";
import { launchOptions } from "../browser/launch-options.ts";
import { openPage } from "../browser/open-page.ts";
import { signInOwner } from "../local/owner-account.ts";
import { noteCards } from "./card-history.ts";
import type { startJourney } from "./journey.ts";
import { noteRealtime } from "./realtime-history.ts";

const PICTURES = fileURLToPath(new URL("../../.hatchery/failed-tests", import.meta.url));

type Journey = Awaited<ReturnType<typeof startJourney>>;
type Served = { url: string; stop: () => Promise<void> };

/** The dashboard of a journey in a real browser. `serve` decides how it is served; built as for React's developers unless said. */
export async function openDashboard(
  journey: Journey,
  serve: () => Promise<Served> = () =>
    serveBuiltDashboard({ stateDir: journey.stateDir, stack: journey.stack, react: "development" }),
) {
  const { url, stop } = await serve();
  const browser = await chromium.launch(await launchOptions());
  const signIn = () => signInOwner(journey.stateDir, journey.stack.auth);
  const { email, password } = await signIn();
  let visits: Awaited<ReturnType<typeof openPage>>[] = [];

  return {
    url,
    owner: { email, password },

    /** A new browser profile at this path of the dashboard; unless said at the one that `npm start` prints, which signs in. */
    async visit(path?: string, options: BrowserContextOptions = {}) {
      const visit = await openPage(browser, { origins: [url, journey.stack.apiUrl], ...options });
      visits.push(visit);
      const realtime = noteRealtime(visit.page);
      await noteCards(visit.page);
      await visit.page.goto(`${url}${path ?? `/#${(await signIn()).fragment}`}`);
      return { ...visit, realtime };
    },

    /**
     * For afterEach: closes every page, and fails with what went wrong in one that no test took out. A failed test leaves
     * pictures of its pages in .hatchery/failed-tests.
     */
    async leave({ task }: TestContext) {
      const left = visits;
      visits = [];
      for (const [index, { page }] of left.entries()) {
        if (task.result?.state === "fail") await page.screenshot({ path: `${PICTURES}/${task.name}-${index}.png` });
        await page.context().close();
      }
      expect(left.flatMap(({ troubles }) => troubles)).toEqual([]);
    },

    async stop() {
      await browser.close();
      await stop();
    },
  };
}
