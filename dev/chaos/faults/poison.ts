import { z } from "zod";
import type { Fault } from "../fault.ts";

const PATIENCE_MS = 240_000;
const named = z.object({ request_id: z.uuid() });

const unreadableRow: Fault = {
  name: "a row that no rule allows",
  isInShortPart: true,
  async inject(scene) {
    const machine = await scene.machine();
    const [poison] = await scene.ask(1, { executor: machine, mayEndAs: ["invalid_row"] });
    await scene.ask(scene.size(8, 1), { executor: machine });
    await scene.world.query("update public.agents set emoji = '🦊🦊' where project_id = $1 and agent_id_short = $2", [
      scene.projectId,
      poison?.agentId,
    ]);
    scene.hit();
    await machine.start();
    await scene.quiet(PATIENCE_MS);
  },
};

/** Whoever reads its documents dies. Its neighbours die with it, and must be done all the same. */
const deadlyRequest: Fault = {
  name: "a request that kills whoever works on it",
  async inject(scene) {
    scene.atLeast(3);
    const machine = await scene.machine();
    const [poison] = await scene.ask(1, { executor: machine, mayEndAs: ["lease_expired"] });
    await scene.ask(8, { executor: machine });
    let starting: Promise<unknown> = machine.start();
    machine.onCall(({ call, body }) => {
      if (call !== "read_request_documents") return "pass";
      if (named.parse(JSON.parse(body)).request_id !== poison?.requestId) return "pass";
      scene.hit();
      starting = machine.kill().then(() => machine.start());
      return "cut";
    });
    await scene.quiet(PATIENCE_MS, { hurries: false });
    await starting;
  },
};

export const poison: Fault[] = [unreadableRow, deadlyRequest];
