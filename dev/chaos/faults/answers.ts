import type { Fault as CallFault } from "../../testing/flaky-proxy.ts";
import type { Fault } from "../fault.ts";

const PATIENCE_MS = 180_000;
const REQUESTS = 15;

interface Answers {
  fault: CallFault;
  percent: number;
  /** Names of the calls that may be met; all unless said. */
  calls?: RegExp;
  isInShortPart?: boolean;
}

/** Of the calls that may be met, each with this chance in a hundred. */
function faultyAnswers(name: string, { fault, percent, calls = /./, isInShortPart = false }: Answers): Fault {
  return {
    name,
    isInShortPart,
    async inject(scene) {
      const requests = scene.size(REQUESTS, 2);
      scene.atLeast(scene.size(REQUESTS / 3, 1));
      const machine = await scene.machine();
      let isFirst = true;
      machine.onCall(({ call }) => {
        if (!calls.test(call)) return "pass";
        if (!isFirst && scene.random.whole(1, 100) > percent) return "pass";
        isFirst = false;
        scene.hit();
        return fault;
      });
      // With the attempts that the product gives: a lost answer must not cost one.
      await scene.ask(requests, { executor: machine });
      await machine.start();
      await scene.quiet(PATIENCE_MS, { hurries: false });
    },
  };
}

const HTML = "<html><body><h1>Bad gateway</h1></body></html>";

export const answers: Fault[] = [
  faultyAnswers("the claim's reply is lost after its commit", {
    ...{ fault: "lose answer", percent: 50, calls: /^claim/ },
  }),
  faultyAnswers("the renewal's reply is lost after its commit", {
    ...{ fault: "lose answer", percent: 40, calls: /^renew/ },
  }),
  faultyAnswers("complete's reply is lost after its commit", {
    ...{ fault: "lose answer", percent: 60, calls: /^complete/, isInShortPart: true },
  }),
  faultyAnswers("500 for an answer", { fault: { status: 500, body: '{"message":"oops"}' }, percent: 30 }),
  faultyAnswers("429 for an answer", { fault: { status: 429, body: '{"message":"slow down"}' }, percent: 30 }),
  faultyAnswers("HTML for JSON", { fault: { status: 200, body: HTML }, percent: 30, isInShortPart: true }),
  faultyAnswers("the connection is cut in the middle of the answer", { fault: "cut body", percent: 30 }),
];
