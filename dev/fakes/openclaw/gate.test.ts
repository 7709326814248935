import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readFakeAdds, setFakeMode } from "./mode.ts";
import { openSandbox } from "./sandbox.ts";

test("a gated call does nothing before it may, and answers nothing before it may", async () => {
  const sandbox = openSandbox();
  const gate = join(sandbox.home, "gate");
  const server = createServer().listen(gate);
  onTestFinished(() => {
    server.close();
    sandbox[Symbol.dispose]();
  });
  await once(server, "listening");
  // So that its version and its agents are known, and the next call is the one that is made.
  await sandbox.openclaw.listAgents();
  setFakeMode(sandbox.home, { gate });
  const arrival = async (): Promise<{ socket: Socket; call: unknown }> => {
    const [socket] = await once(server, "connection");
    const [line] = await once(socket, "data");
    return { socket, call: JSON.parse(String(line)) };
  };

  let isAdded = false;
  const adding = sandbox.openclaw.addAgent({ id: "ricky", workspace: sandbox.workspaceOf("ricky") }).then(() => {
    isAdded = true;
  });
  const before = await arrival();
  expect(before.call).toMatchObject({ verb: "agents add", when: "before" });
  expect(readFakeAdds(sandbox.home)).toEqual([]);
  const next = arrival();
  before.socket.end();
  const after = await next;
  expect(after.call).toMatchObject({ verb: "agents add", when: "after" });
  expect(readFakeAdds(sandbox.home)).toEqual([{ id: "ricky", workspace: sandbox.workspaceOf("ricky") }]);
  expect(isAdded).toBe(false);
  after.socket.end();
  await adding;
});
