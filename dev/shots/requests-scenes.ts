import type { Page } from "playwright-core";
import { makePastRequests, PAST_REQUESTS } from "./insert-requests.ts";
import { type Scene, seen } from "./scene.ts";

const open = (page: Page, name: RegExp) => page.getByRole("button", { name }).click();
const toggleOf = (what: string) => new RegExp(`^Details: ${what}`);

const SHARED = { path: "/requests", requests: PAST_REQUESTS } as const;

export const REQUESTS_SCENES: readonly Scene[] = [
  { ...SHARED, name: "requests", reach: (page) => seen(page, "Ricky") },
  {
    ...SHARED,
    name: "requests-open-row",
    async reach(page) {
      await open(page, toggleOf("Removal, Vega, Done"));
      await seen(page, "Gone from openclaw agents list");
    },
  },
  {
    ...SHARED,
    name: "requests-running",
    async reach(page) {
      await open(page, toggleOf("Set up, Inkwell"));
      await seen(page, "Adding to OpenClaw");
    },
  },
  {
    ...SHARED,
    name: "requests-waiting",
    async reach(page) {
      await open(page, toggleOf("Set up, Atlas"));
      await seen(page, /last seen/);
    },
  },
  {
    ...SHARED,
    name: "requests-failed",
    path: "/requests?state=failed",
    async reach(page) {
      await open(page, toggleOf("Set up, Marlow"));
      await seen(page, "Close the other OpenClaw and retry.");
    },
  },
  {
    ...SHARED,
    name: "requests-viewer",
    access: { mode: "members", role: "viewer" },
    path: "/requests?q=marlow",
    async reach(page) {
      await open(page, toggleOf("Set up, Marlow"));
      await seen(page, /you may only look/);
    },
  },
  {
    name: "requests-empty",
    path: "/requests",
    members: [],
    machines: [],
    reach: (page) => seen(page, "Nothing has been asked for yet"),
  },
  {
    ...SHARED,
    name: "requests-nothing-found",
    path: "/requests?q=nobody",
    reach: (page) => seen(page, "No request fits"),
  },
  {
    name: "requests-loading",
    path: "/requests",
    meets: (page) => page.route("**/rest/v1/**", () => undefined),
    reach: (page) => page.getByLabel("Loading requests").waitFor(),
  },
  {
    name: "requests-many",
    path: "/requests",
    requests: makePastRequests(5000),
    async reach(page) {
      await seen(page, "5,011 requests");
      await page
        .getByRole("button", { name: /^Details/ })
        .first()
        .focus();
      await page.keyboard.press("End");
      await page.locator("li[aria-posinset='5011']").waitFor();
    },
  },
];
