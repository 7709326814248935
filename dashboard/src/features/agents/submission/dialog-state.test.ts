import { expect, test } from "vitest";
import type { Failure } from "../../../lib/error-text.ts";
import { closedDialog, type DialogEvent, type DialogState, type DraftKind, nextDialogState } from "./dialog-state.ts";
import type { Submission } from "./submission.ts";

type Draft = { name: string; key: string };
const kind: DraftKind<Draft> = {
  blank: { name: "", key: "" },
  isBlank: ({ name }) => name === "",
  isMended: ({ field }, changes) => field !== undefined && field in changes,
};
const closed = closedDialog(kind);
const taken: Failure = { code: "agent_key_taken", message: "An agent with this key already exists", field: "key" };

const draftOf = (name: string): Draft => ({ name, key: "" });
const asked = (name: string): Submission<Draft> => ({ key: `key of ${name}`, creations: [], draft: draftOf(name) });
const next = (state: DialogState<Draft>, ...events: DialogEvent<Draft>[]) =>
  events.reduce((before, event) => nextDialogState(kind, before, event), state);
const after = (...events: DialogEvent<Draft>[]) => next(closed, ...events);
const opened: DialogEvent<Draft> = { type: "opened" };
const type = (name: string): DialogEvent<Draft> => ({ type: "edited", changes: { name } });
const submit = (name: string): DialogEvent<Draft> => ({ type: "submitted", submission: asked(name) });
const refuse = (name: string, problem = taken, isBusy = false): DialogEvent<Draft> => ({
  ...{ type: "refused", submission: asked(name), problem, isBusy },
});

test("closing by accident keeps what was typed", () => {
  expect(after(opened, type("Ricky"), { type: "closed" }, opened)).toMatchObject({
    isOpen: true,
    draft: draftOf("Ricky"),
  });
});

test("submitting closes at once, the next dialog is empty, and the answer is all that is left to wait for", () => {
  const waiting = after(opened, type("Ricky"), submit("Ricky"));
  expect(waiting).toEqual({ ...closed, unanswered: [asked("Ricky")] });
  expect(next(waiting, { type: "answered", submission: asked("Ricky") })).toEqual(closed);
});

test("a refused draft comes back with everything typed, the refusal, and how it was asked for", () => {
  const state = after(opened, type("Ricky"), submit("Ricky"), refuse("Ricky"));
  expect(state).toEqual({
    ...closed,
    isOpen: true,
    draft: draftOf("Ricky"),
    submission: asked("Ricky"),
    problem: taken,
  });
});

test("a key that stands for something else is not used again", () => {
  const reused: Failure = { code: "idempotency_key_reused", message: "This Idempotency-Key was used before" };
  expect(after(submit("Ricky"), refuse("Ricky", reused))).toMatchObject({ problem: reused, submission: null });
});

test("a refused draft waits while another one is being typed", () => {
  const typing = after(opened, type("Ada"), refuse("Ricky"));
  expect(typing).toMatchObject({ isOpen: true, draft: draftOf("Ada"), problem: null });
  expect(next(typing, submit("Ada"))).toMatchObject({ isOpen: true, draft: draftOf("Ricky"), problem: taken });
});

test("a refused draft waits while another dialog stands, and comes when that is gone", () => {
  const waiting = after(refuse("Ricky", taken, true));
  expect(waiting).toMatchObject({ isOpen: false, draft: draftOf("") });
  expect(next(waiting, { type: "freed" })).toMatchObject({ isOpen: true, draft: draftOf("Ricky"), waiting: [] });
  expect(after(opened, type("Ada"), { type: "closed" }, { type: "freed" })).toMatchObject({ isOpen: false });
});

test("a draft left half typed is there again after a refused one was settled", () => {
  expect(after(opened, type("Ada"), { type: "closed" }, refuse("Ricky"), submit("Ricky"))).toEqual({
    ...closed,
    draft: draftOf("Ada"),
    unanswered: [asked("Ricky")],
  });
});

test("a refusal stands until it is mended, or everything is wiped away", () => {
  const back = after(refuse("Ricky"));
  expect(next(back, type("Rick"))).toMatchObject({ problem: taken });
  expect(next(back, { type: "edited", changes: { key: "agent:rick:main" } })).toMatchObject({ problem: null });
  expect(next(back, type(""))).toMatchObject({ problem: null, submission: null });
});
