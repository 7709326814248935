import { fileURLToPath } from "node:url";
import { type BrowserContextOptions, chromium } from "playwright-core";
import { expect, type TestContext } from "vitest";
import { serveBuiltDashboard } from "../browser/built-dashboard.ts";
import { launchOptions, PUBLIC_HOST } from "../browser/launch-options.ts";
import { openPage } from "../browser/open-page.ts";
import { signInOwner } from "../local/owner-account.ts";
import { sessionFragment } from "../local/session-fragment.ts";
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
  const publicUrl = url.replace("127.0.0.1", PUBLIC_HOST);
  let visits: Awaited<ReturnType<typeof openPage>>[] = [];

  return {
    url,
    /** The same dashboard at a name that it cannot know for its own machine's. */
    publicUrl,
    owner: { email, password },

    /** Somebody else than the owner, made when they first sign in. `path` signs them in. */
    async signInAs(email: string) {
      const { auth } = journey.stack;
      const user = (await auth.findUser(email)) ?? (await auth.createUser({ email, password: "a password" }));
      return { id: user.id, path: `/#${sessionFragment(await auth.createSession(user))}` };
    },

    /** A new browser profile at this path of the dashboard, or at a whole address; unless said at the one that `npm start` prints, which signs in. */
    async visit(path?: string, options: BrowserContextOptions = {}) {
      const visit = await openPage(browser, { origins: [url, publicUrl, journey.stack.apiUrl], ...options });
      visits.push(visit);
      // For a machine that has other things to do: executors start, and OpenClaw is a process for each step.
      visit.page.setDefaultTimeout(60_000);
      const realtime = noteRealtime(visit.page);
      await noteCards(visit.page);
      await visit.page.goto(new URL(path ?? `/#${(await signIn()).fragment}`, url).href);
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
