import type { Page } from "playwright-core";
import { z } from "zod";

const LIST = "hatcheryCards";

const note = `
  globalThis.${LIST} = {};
  const note = () => {
    for (const card of document.querySelectorAll("article")) {
      const name = card.querySelector("h2")?.innerText ?? "";
      const said = (globalThis.${LIST}[name] ??= []);
      for (const line of card.innerText.split("\\n")) if (!said.includes(line)) said.push(line);
    }
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
`;

/** From the next load on, notes everything that cards say; for a page that is not open yet. A reload begins anew. */
export const noteCards = (page: Page) => page.addInitScript({ content: note });

/** Every line that the card of this agent has shown since the page was loaded, in the order in which each first appeared. */
export async function readCardHistory(page: Page, name: string): Promise<string[]> {
  const cards: unknown = await page.evaluate((list): unknown => Reflect.get(globalThis, list), LIST);
  return z.record(z.string(), z.array(z.string())).parse(cards)[name] ?? [];
}
