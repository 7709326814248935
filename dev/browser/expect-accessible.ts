import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { untilAtRest } from "./until-at-rest.ts";

/** Rules whose verdict depends on the theme. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** Fails with every violation that axe finds on the page as it is now, in the light and in the dark theme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await untilAtRest(page);
    // The other mode opens a second page to put the results of frames together; there are none here.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    // Of what passes nothing is read, and to name every element of it takes as long as to judge them.
    axe.options({ resultTypes: ["violations"] });
    if (colorScheme === "dark") axe.withRules(COLOUR_RULES);
    const { violations } = await axe.analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes
        // An open menu stands outside of every landmark, and nothing else can be reached until it closes.
        .filter(({ html }) => !(id === "region" && html.includes('role="menu"')))
        .map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
    );
    expect(found, `axe, ${colorScheme} theme`).toEqual([]);
  }
}
