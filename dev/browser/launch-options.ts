import type { LaunchOptions } from "playwright-core";
import { findChromium } from "./find-chromium.ts";
import { fontEnvironment } from "./fonts.ts";

/** A name for this machine that a page cannot know for its own. */
export const PUBLIC_HOST = "hatchery.test";

/** How Playwright starts the Chromium of this machine, for tests and pictures alike. */
export async function launchOptions(executablePath?: string): Promise<LaunchOptions> {
  const environment = Object.entries({ ...process.env, ...(await fontEnvironment()) });
  return {
    executablePath: executablePath ?? (await findChromium()),
    env: Object.fromEntries(environment.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    // The same picture whatever the machine's fonts are hinted to.
    args: ["--font-render-hinting=none", `--host-resolver-rules=MAP ${PUBLIC_HOST} 127.0.0.1`],
  };
}
