import type { Page } from "playwright-core";
import { MACHINES } from "./fleet.ts";
import type { SceneDocument } from "./insert-documents.ts";
import { type Scene, seen } from "./scene.ts";

const at = (type: string, id = "ricky") => `/agents/agent%3A${id}%3Amain/documents/${type}`;

const SOUL = `# Ricky

You are **Ricky**, and you answer the phone of the front office.

## How you speak

- Friendly, short, and never in a hurry
- Say who you are before you ask who is calling
- When you do not know, say so, and take a message

## What you never do

1. Promise a date that nobody confirmed
2. Read a message aloud to somebody else

> A caller should hang up knowing what happens next.

See the [house rules](https://example.com/rules) and \`memory/\` for what was noted. <b>Raw HTML</b> stays text.

| Caller | First sentence |
| --- | --- |
| New | Welcome, this is Ricky |
| Known | Good to hear you again |

- [x] Greets
- [ ] Transfers calls

![The front desk](https://example.com/desk.png)
`;
const TEMPLATE = "# Ricky\n\nYou are Ricky. You answer the phone and take messages.\n";
const FIRST = SOUL.replace("Friendly, short, and never in a hurry", "Friendly and short").replace(/\n> .*\n/, "");
const ON_DISK = SOUL.replace("never in a hurry", "never in a rush").replace(
  "2. Read a message aloud to somebody else",
  "2. Read a message aloud to somebody else\n3. Give out the mobile number of anybody",
);
const HERE = SOUL.replace("never in a hurry", "always patient");

const soul = (disk: SceneDocument["disk"], last = SOUL): SceneDocument => ({
  id: "ricky",
  type: "soul",
  texts: [
    { content: TEMPLATE, source: "template", minutesAgo: 1560 },
    { content: FIRST, source: "dashboard", minutesAgo: 320 },
    { content: `${FIRST}\nAsk for the number first.\n`, source: "disk", minutesAgo: 200 },
    { content: FIRST, source: "dashboard", reason: "restored", minutesAgo: 190 },
    { content: last, source: "dashboard", minutesAgo: 3 },
  ],
  ...(disk && { disk }),
});

const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

const OTHERS: readonly SceneDocument[] = [
  {
    ...{ id: "ricky", type: "user" },
    texts: [{ content: "# User\n\nThe front office.\n", source: "template", minutesAgo: 1560 }],
    disk: { revision: 1, minutesAgo: 1558 },
  },
  {
    ...{ id: "ricky", type: "memory_long" },
    texts: [
      { content: "# Memory\n", source: "template", minutesAgo: 1560 },
      { content: "# Memory\n\n- Mrs Ames calls back on Mondays\n", source: "disk", minutesAgo: 12 },
    ],
    disk: { revision: 2, minutesAgo: 12 },
  },
  {
    ...{ id: "ricky", type: "memory_today", docDate: day(1) },
    texts: [{ content: "- 09:12 Mr Lind asked for the invoice\n", source: "disk", minutesAgo: 1300 }],
    disk: { revision: 1, minutesAgo: 1300 },
  },
  {
    ...{ id: "ricky", type: "identity" },
    texts: [{ content: "- **Name:** Ricky\n- **Emoji:** 🦊\n", source: "disk", minutesAgo: 1555 }],
    disk: { revision: 1, minutesAgo: 1555 },
  },
];

const IN_STEP = [soul({ revision: 5, minutesAgo: 0.2 }), ...OTHERS];
const CONFLICT = [soul({ revision: 4, minutesAgo: 2, found: ON_DISK }, HERE), ...OTHERS];
const AWAY = MACHINES.map((machine) => ({ ...machine, lastSeenMinutesAgo: 190 }));

const editor = (page: Page) => page.locator(".cm-content");
const opened = (page: Page) => editor(page).first().waitFor();

async function type(page: Page): Promise<void> {
  await opened(page);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("Say hello in the caller's own language. ");
  await seen(page, "Unsaved");
}

const CHANGED = {
  error: { code: "document_changed", message: "Somebody saved another text meanwhile" },
  document: {
    ...{
      content: ON_DISK,
      revision: 6,
      docDate: null,
      updatedAt: new Date().toISOString(),
      updatedBy: "executor:mini",
    },
    ...{ onDisk: true, syncedAt: new Date().toISOString(), error: null, conflict: null },
  },
  yours: { content: HERE },
};

/** Whoever saves is told that somebody else was faster. */
const overtake = (page: Page) =>
  page.route("**/functions/v1/provision-agent/**/files/**", (route) =>
    route.request().method() === "OPTIONS"
      ? route.fulfill({
          status: 204,
          headers: {
            "access-control-allow-origin": "*",
            "access-control-allow-methods": "*",
            "access-control-allow-headers": "authorization, x-client-info, apikey, content-type",
          },
        })
      : route.fulfill({ status: 409, json: CHANGED, headers: { "access-control-allow-origin": "*" } }),
  );

/** What an agent is told and remembers, in every state that a person can meet. */
export const DOCUMENTS_SCENES: readonly Scene[] = [
  {
    name: "documents-card",
    path: "/agents/agent%3Aricky%3Amain",
    documents: CONFLICT,
    reach: (page) => seen(page, "IDENTITY.md"),
  },
  { name: "documents-on-disk", path: at("soul"), documents: IN_STEP, reach: opened },
  { name: "documents-editing", path: at("soul"), documents: IN_STEP, reach: type },
  {
    name: "documents-preview",
    path: at("soul"),
    documents: IN_STEP,
    async reach(page) {
      await opened(page);
      await page.getByRole("button", { name: "Preview" }).click();
      await seen(page, "What you never do");
    },
  },
  {
    name: "documents-on-its-way",
    path: at("soul"),
    documents: [soul({ revision: 4, minutesAgo: 190 }), ...OTHERS],
    reach: (page) => seen(page, /on its way/),
  },
  {
    name: "documents-waiting",
    path: at("soul"),
    machines: AWAY,
    documents: [soul({ revision: 4, minutesAgo: 190 }), ...OTHERS],
    reach: (page) => seen(page, /waits for/),
  },
  {
    name: "documents-error",
    path: at("soul"),
    documents: [
      soul({
        ...{ revision: 4, minutesAgo: 2 },
        error: {
          code: "path_refused",
          message: "SOUL.md is a symbolic link, and nothing is written through one",
          hint: "Replace it by a file of its own in the workspace",
        },
      }),
      ...OTHERS,
    ],
    reach: (page) => seen(page, /symbolic link/),
  },
  {
    name: "documents-history",
    path: at("soul"),
    documents: IN_STEP,
    async reach(page) {
      await opened(page);
      await page.getByRole("button", { name: "History" }).click();
      await page.getByRole("dialog").getByText("Made from the template").waitFor();
      await page.getByRole("dialog").getByText("Written on disk").click();
      await page.getByRole("dialog").locator(".cm-content").waitFor();
    },
  },
  { name: "documents-conflict", path: at("soul"), documents: CONFLICT, reach: opened },
  {
    name: "documents-newer",
    path: at("soul"),
    documents: IN_STEP,
    meets: overtake,
    async reach(page) {
      await type(page);
      await page.getByRole("button", { name: "Save" }).click();
      await seen(page, "A newer text was saved");
      await opened(page);
    },
  },
  {
    name: "documents-leaving",
    path: at("soul"),
    documents: IN_STEP,
    async reach(page) {
      await type(page);
      await page.getByRole("tab", { name: "User" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "documents-draft",
    path: at("soul"),
    documents: IN_STEP,
    async reach(page) {
      await type(page);
      await page.reload();
      await seen(page, "You have unsaved text");
      await opened(page);
    },
  },
  { name: "documents-today-over", path: at("memory_today"), documents: IN_STEP, reach: opened },
  { name: "documents-identity", path: at("identity"), documents: IN_STEP, reach: opened },
  { name: "documents-empty", path: at("agents"), documents: IN_STEP, reach: opened },
  {
    name: "documents-too-long",
    path: at("user"),
    documents: [
      {
        ...{ id: "ricky", type: "user" },
        texts: [
          {
            content: "Somebody who says a great deal about themselves. ".repeat(90),
            source: "dashboard",
            minutesAgo: 4,
          },
        ],
        disk: { revision: 1, minutesAgo: 4 },
      },
    ],
    reach: opened,
  },
  {
    name: "documents-viewer",
    path: at("soul"),
    access: { mode: "members", role: "viewer" },
    documents: IN_STEP,
    reach: opened,
  },
  {
    name: "documents-queued",
    path: at("soul", "juniper"),
    documents: [
      {
        id: "juniper",
        type: "soul",
        texts: [{ content: TEMPLATE.replaceAll("Ricky", "Juniper"), source: "template", minutesAgo: 0.1 }],
      },
    ],
    reach: opened,
  },
];
