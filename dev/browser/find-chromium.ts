import { existsSync } from "node:fs";
import { npmChromium } from "./npm-chromium.ts";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

interface Places {
  /** Wins over every other when it is not empty; CHROME_PATH unless said. */
  chosen?: string | undefined;
  /** Executables to look for before the one from npm. */
  installed?: readonly string[];
}

/**
 * The executable of a Chromium on this machine.
 * @throws Error that says what to install when there is none, or when the chosen one is not there.
 */
export async function findChromium({
  chosen = process.env["CHROME_PATH"],
  installed = INSTALLED,
}: Places = {}): Promise<string> {
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROME_PATH names ${chosen}, which is not there`);
  }
  const found = installed.find((path) => existsSync(path)) ?? (await npmChromium());
  if (found !== undefined) return found;
  throw new Error("No Chromium found: install Google Chrome or Chromium, or set CHROME_PATH to the executable of one");
}
