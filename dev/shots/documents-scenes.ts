import type { Page } from "playwright-core";
import { FLEET, MACHINES } from "./fleet.ts";
import { CONFLICT, HERE, IN_STEP, NOTE_CONFLICT, ON_DISK, OTHERS, soul, TEMPLATE } from "./ricky-documents.ts";
import { type Scene, seen } from "./scene.ts";

const at = (type: string, id = "ricky") => `/agents/agent%3A${id}%3Amain/documents/${type}`;

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
  error: { code: "document_changed", message: "Somebody saved another text meanwhile", hint: "Merge the two" },
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
  { name: "documents-agents", documents: CONFLICT, reach: (page) => seen(page, "SOUL.md differs on disk") },
  {
    name: "documents-card",
    path: "/agents/agent%3Aricky%3Amain",
    documents: CONFLICT,
    reach: (page) => seen(page, "Conflict"),
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
    async reach(page) {
      await seen(page, /on its way/);
      await opened(page);
    },
  },
  {
    name: "documents-card-on-its-way",
    path: "/agents/agent%3Aricky%3Amain",
    documents: [soul({ revision: 4, minutesAgo: 190 }), ...OTHERS],
    reach: (page) => seen(page, "1 on its way to Mac mini"),
  },
  {
    name: "documents-card-waiting",
    path: "/agents/agent%3Aricky%3Amain",
    machines: AWAY,
    documents: [soul({ revision: 4, minutesAgo: 190 }), ...OTHERS],
    reach: (page) => seen(page, /^1 waits for Mac mini/),
  },
  {
    name: "documents-waiting",
    path: at("soul"),
    machines: AWAY,
    documents: [soul({ revision: 4, minutesAgo: 190 }), ...OTHERS],
    async reach(page) {
      await seen(page, /^Waits for/);
      await opened(page);
    },
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
    async reach(page) {
      await seen(page, /symbolic link/);
      await opened(page);
    },
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
    name: "documents-signing-out",
    path: at("soul"),
    documents: IN_STEP,
    async reach(page) {
      await type(page);
      await page.getByRole("tab", { name: "User" }).click();
      await page.getByRole("button", { name: "Leave", exact: true }).click();
      await opened(page);
      await page.getByRole("button", { name: "Account" }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.getByRole("dialog", { name: "1 document is not saved" }).waitFor();
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
  { name: "documents-note-conflict", path: at("memory_today"), documents: NOTE_CONFLICT, reach: opened },
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
    name: "documents-removing",
    path: at("soul"),
    members: FLEET.map((one) =>
      one.id === "ricky" ? { ...one, request: { kind: "deprovision", status: "queued", minutesAgo: 0.1 } } : one,
    ),
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
