import { expect, test } from "vitest";
import { CLOSED_DIALOG, type DialogEvent, type DialogState, nextDialogState } from "./dialog-state.ts";
import { BLANK_DRAFT, type Draft } from "./draft.ts";

const draftOf = (name: string): Draft => ({ ...BLANK_DRAFT, name });
const taken = { code: "agent_key_taken", message: "An agent with this key already exists", field: "agentKey" };
const after = (...events: DialogEvent[]): DialogState => events.reduce(nextDialogState, CLOSED_DIALOG);
const type = (name: string): DialogEvent => ({ type: "edited", changes: { name } });
const refuse = (name: string): DialogEvent => ({ type: "refused", draft: draftOf(name), problem: taken });

test("closing by accident keeps what was typed", () => {
  const state = after({ type: "opened" }, type("Ricky"), { type: "closed" }, { type: "opened" });
  expect(state).toMatchObject({ isOpen: true, draft: { name: "Ricky" } });
});

test("submitting closes at once, and the next dialog is empty", () => {
  expect(after({ type: "opened" }, type("Ricky"), { type: "submitted" })).toEqual(CLOSED_DIALOG);
});

test("a refused draft comes back with everything typed and the refusal", () => {
  const state = after({ type: "opened" }, type("Ricky"), { type: "submitted" }, refuse("Ricky"));
  expect(state).toEqual({ isOpen: true, draft: draftOf("Ricky"), problem: taken, waiting: [] });
});

test("a refused draft waits while another one is being typed", () => {
  const typing = after({ type: "opened" }, type("Ada"), refuse("Ricky"));
  expect(typing).toMatchObject({ isOpen: true, draft: { name: "Ada" }, problem: null });
  expect(nextDialogState(typing, { type: "submitted" })).toMatchObject({
    isOpen: true,
    draft: { name: "Ricky" },
    problem: taken,
  });
});

test("a draft left half typed is there again after a refused one was settled", () => {
  const state = after({ type: "opened" }, type("Ada"), { type: "closed" }, refuse("Ricky"), { type: "submitted" });
  expect(state).toEqual({ isOpen: false, draft: draftOf("Ada"), problem: null, waiting: [] });
});

test("a refusal stands until the field it names changes", () => {
  const back = after(refuse("Ricky"));
  expect(nextDialogState(back, type("Rick")).problem).toEqual(taken);
  expect(nextDialogState(back, { type: "edited", changes: { ownKey: "agent:rick:main" } }).problem).toBeNull();
});
