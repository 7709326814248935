import { expect, onTestFinished, test, vi } from "vitest";
import { readFakeCalls, setFakeMode } from "./mode.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";
import { readFakeWrites } from "./writes.ts";

function openFake(): Sandbox {
  const sandbox = openSandbox({ killPauseMs: 0 });
  onTestFinished(() => sandbox[Symbol.dispose]());
  return sandbox;
}

const add = ({ openclaw, workspaceOf }: Sandbox, signal?: AbortSignal) =>
  openclaw.addAgent({ id: "ricky", workspace: workspaceOf("ricky") }, { signal });

const begun = ({ home }: Sandbox) => vi.waitFor(() => expect(readFakeWrites(home)).toHaveLength(1), 10_000);

test("a write tells of its begin and its end, and a list of nothing", async () => {
  const sandbox = openFake();
  await add(sandbox);
  await sandbox.openclaw.setIdentity({ id: "ricky", name: "Ricky", emoji: "🦊" });
  const writes = readFakeWrites(sandbox.home);
  expect(writes.map(({ verb, agentId }) => [verb, agentId])).toEqual([
    ["agents add", "ricky"],
    ["agents set-identity", "ricky"],
  ]);
  for (const write of writes) expect(write).toMatchObject({ endedAt: expect.any(Number), beside: [] });
  expect(writes.map(({ sigtermAt }) => sigtermAt)).toEqual([undefined, undefined]);
});

test("a write that is asked to end says so, also when another one does the work for it", async () => {
  const sandbox = openFake();
  setFakeMode(sandbox.home, { delegating: { "agents add": 20_000 } });
  const stop = new AbortController();
  const adding = expect(add(sandbox, stop.signal)).rejects.toThrow("Enough");
  await begun(sandbox);
  stop.abort(new Error("Enough"));
  await adding;
  expect(readFakeWrites(sandbox.home)).toMatchObject([{ sigtermAt: expect.any(Number), endedAt: expect.any(Number) }]);
});

test("a write that is killed tells of no end", async () => {
  const sandbox = openFake();
  setFakeMode(sandbox.home, { slow: { "agents add": 20_000 } });
  const adding = expect(add(sandbox)).rejects.toMatchObject({ code: "openclaw_failed" });
  await begun(sandbox);
  const { pid } = readFakeCalls(sandbox.home).findLast(({ argv }) => argv[1] === "add") ?? {};
  process.kill(pid ?? 0, "SIGKILL");
  await adding;
  const [write] = readFakeWrites(sandbox.home);
  expect([write?.sigtermAt, write?.endedAt]).toEqual([undefined, undefined]);
});
