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

/** As the product gives them: a claim whose reply was lost is asked for again for half a lease. */
const SETTINGS = { LEASE_SECONDS: "60" };

/** Of the calls that may be met, each with this chance in a hundred. */
function faultyAnswers(name: string, { fault, percent, calls = /./, isInShortPart = false }: Answers): Fault {
  return {
    name,
    notes: ["Broken answers: leases are 60 s, and no request may take a second attempt"],
    isInShortPart,
    async inject(scene) {
      const requests = scene.size(REQUESTS, 2);
      scene.atLeast(scene.size(REQUESTS / 3, 1));
      const machine = await scene.machine();
      const times = new Map<string, number>();
      machine.onCall(({ call }) => {
        if (!calls.test(call)) return "pass";
        const time = (times.get(call) ?? 0) + 1;
        times.set(call, time);
        if (scene.injected() > 0 && scene.random(`${call} ${time}`).whole(1, 100) > percent) return "pass";
        scene.hit();
        return fault;
      });
      await scene.ask(requests, { executor: machine, attempts: 1 });
      await machine.start({ settings: SETTINGS });
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
  faultyAnswers("HTML for JSON", { fault: { status: 200, body: HTML }, percent: 30 }),
  faultyAnswers("the connection is cut in the middle of the answer", { fault: "cut body", percent: 30 }),
];
