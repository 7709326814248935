import { FunctionsFetchError, FunctionsHttpError } from "@supabase/supabase-js";
import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { CreatedAnswer } from "../../../lib/fleet/rows.ts";
import { PENDING_KEY } from "../pending-creations.ts";
import { createDraftDialog } from "./draft-dialog.ts";
import { pendingRows } from "./pending-rows.ts";
import type { Creation, Submission } from "./submission.ts";
import { submit } from "./submit.ts";

type Draft = { text: string };
const STORAGE_KEY = "hatchery.test";
function openDialog() {
  const dialog = createDraftDialog<Draft>({
    storageKey: STORAGE_KEY,
    schema: z.object({ text: z.string() }),
    blank: { text: "" },
    isBlank: ({ text }) => text === "",
    isMended: () => false,
  });
  // Of the dialogs of one page only one stands at a time.
  onTestFinished(() => dialog.tell({ type: "closed" }));
  return dialog;
}

/** What stands in the place of a dialog after the page was loaded anew. */
function reload(before: ReturnType<typeof openDialog>) {
  before.tell({ type: "closed" });
  return openDialog();
}

const creation: Creation = {
  command: { projectId: "front-office", displayName: "Ricky", emoji: "🦊", roleShort: "" },
  identity: { agentId: "ricky", agentKey: "agent:ricky:main" },
};
const { agent, request } = pendingRows(creation.command, creation.identity, new Date());
const answer: CreatedAnswer[] = [{ agent: { ...agent, id: "a1" }, request: { ...request, id: "r1" } }];
const lost = () => new FunctionsFetchError(new TypeError("Failed to fetch"));
const refusal = (status: number, code: string) =>
  new FunctionsHttpError(Response.json({ error: { code, message: "No" } }, { status }));

/** Submits "Ricky" to a function that answers like this, one after the other. Answers the keys it was asked with. */
async function ask(dialog: ReturnType<typeof openDialog>, ...answers: (CreatedAnswer[] | Error)[]) {
  const keys: string[] = [];
  const client = new QueryClient({ defaultOptions: { mutations: { retryDelay: 1 } } });
  const send = async ({ key }: Submission<Draft>) => {
    keys.push(key);
    expect(client.getQueryData(PENDING_KEY)).toHaveLength(1);
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next ?? answer;
  };
  await submit(client, dialog, { fill: () => [creation], send });
  return { keys, agents: client.getQueryData(["agents"]) };
}

let dialog: ReturnType<typeof openDialog>;
beforeEach(() => {
  sessionStorage.clear();
  dialog = openDialog();
  dialog.tell({ type: "opened" });
  dialog.tell({ type: "edited", changes: { text: "Ricky" } });
});

test("a lost answer is asked for again under the same key, and nobody hears of it", async () => {
  const { keys, agents } = await ask(dialog, lost(), refusal(503, "internal"));
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(agents).toEqual([answer[0]?.agent]);
  expect(dialog.read()).toMatchObject({ isOpen: false, draft: { text: "" }, unanswered: [] });
});

test("a refusal is not asked again", async () => {
  const { keys } = await ask(dialog, refusal(409, "agent_key_taken"));
  expect(keys).toHaveLength(1);
  expect(dialog.read()).toMatchObject({ isOpen: true, draft: { text: "Ricky" }, problem: { code: "agent_key_taken" } });
});

test("a draft whose answer stays lost keeps its key, over a reload too, until it is changed", async () => {
  const { keys } = await ask(dialog, lost(), lost(), lost(), lost());
  expect(keys).toHaveLength(4);
  expect(dialog.read()).toMatchObject({ isOpen: true, problem: { code: "unreachable" } });
  const reloaded = reload(dialog);
  const again = await ask(reloaded, refusal(500, "internal"));
  expect(again.keys).toEqual([keys[0]]);
  expect(reloaded.read()).toMatchObject({ isOpen: true, draft: { text: "Ricky" } });

  reloaded.tell({ type: "edited", changes: { text: "Rick" } });
  expect((await ask(reloaded)).keys).not.toEqual([keys[0]]);
});

test("a key that the server knows from something else is changed for a new one", async () => {
  const { keys } = await ask(dialog, refusal(422, "idempotency_key_reused"));
  expect(dialog.read().problem?.hint).toBe("Look whether it is there already; if not, create it again.");
  expect((await ask(dialog)).keys).not.toEqual(keys);
});

test("what a reload left unanswered comes back, to be asked for under the same key", async () => {
  const answered = Promise.withResolvers<CreatedAnswer[]>();
  const asked = Promise.withResolvers<string>();
  const sent = submit(new QueryClient(), dialog, {
    fill: () => [creation],
    send: ({ key }) => {
      asked.resolve(key);
      return answered.promise;
    },
  });
  const key = await asked.promise;
  const reloaded = openDialog();
  expect(reloaded.read()).toMatchObject({ isOpen: true, draft: { text: "Ricky" }, submission: { key } });
  expect((await ask(reloaded)).keys).toEqual([key]);

  answered.resolve(answer);
  await sent;
  expect(openDialog().read()).toMatchObject({ isOpen: false, draft: { text: "" } });
});
