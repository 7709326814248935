import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type FakeMode, setFakeMode } from "../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
beforeAll(async () => {
  journey = await startJourney(FAKE_OPENCLAW);
});
afterAll(() => journey.stop());

type Case = {
  mode?: Partial<FakeMode>;
  settings?: Record<string, string>;
  ends: Record<string, unknown>;
};

const cases: [string, Case][] = [
  [
    "an openclaw that lies ends the request as not_in_runtime",
    { mode: { lying: ["agents add"] }, ends: { code: "not_in_runtime", step: "identity" } },
  ],
  [
    "an openclaw that hangs ends the request by time-out, with the step named",
    {
      mode: { hanging: { "agents add": { ignoresSigterm: false } } },
      settings: { STEP_TIMEOUT_SECONDS: "8" },
      ends: { code: "step_timeout", step: "add" },
    },
  ],
];

it.for(cases)("%s, and the agent is not provisioned", { timeout: 120_000 }, async ([, { mode, settings, ends }]) => {
  setFakeMode(journey.home, mode ?? {});
  const { agent, request } = await journey.create({ displayName: "Ricky" });
  // The first attempt is the last: how often it is tried again is the queue's matter.
  await journey.database.query("update public.agent_provision_requests set max_attempts = 1 where id = $1", [
    request.id,
  ]);
  const stopExecutor = await journey.startExecutor(settings);

  const { status, result } = await journey.ended(request.id);
  await stopExecutor();
  expect({ status, result }).toEqual({ status: "error", result: expect.objectContaining({ ...ends, attempts: 1 }) });
  expect(
    await journey.database.query("select provisioned from public.agents where agent_key = $1", [agent.agent_key]),
  ).toEqual([{ provisioned: false }]);
});

it("a missing openclaw leaves the request in the queue, and says what is missing", { timeout: 60_000 }, async () => {
  const { request } = await journey.create({ displayName: "Patient" });
  const stopExecutor = await journey.startExecutor({}, "/nowhere/openclaw");
  const told = { code: "openclaw_missing", hint: expect.stringContaining("OPENCLAW_BIN") };
  await vi.waitFor(
    async () =>
      expect(await journey.database.query("select problem from public.executors")).toContainEqual({
        problem: expect.objectContaining(told),
      }),
    { timeout: 40_000, interval: 50 },
  );
  await stopExecutor();
  expect(
    await journey.database.query("select status, attempts from public.agent_provision_requests where id = $1", [
      request.id,
    ]),
  ).toEqual([{ status: "queued", attempts: 0 }]);
});
