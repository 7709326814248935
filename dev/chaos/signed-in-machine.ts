import { randomUUID } from "node:crypto";
import type { Machine } from "./machine.ts";
import type { Scene } from "./scene.ts";

/** A Mac mini whose executor signs in with a credential of its own, as enrolling would give it. */
export async function signedInMachine(scene: Scene): Promise<Machine> {
  const { world } = scene;
  const account = { email: `${randomUUID()}@executors.invalid`, password: randomUUID() };
  const { id } = await world.stack.auth.createUser(account);
  const machine = await scene.machine({
    credential: {
      SUPABASE_PUBLISHABLE_KEY: world.stack.publishableKey,
      EXECUTOR_EMAIL: account.email,
      EXECUTOR_PASSWORD: account.password,
    },
  });
  await world.query("insert into private.executor_credentials (user_id, executor_id) values ($1, $2)", [
    id,
    machine.executorId,
  ]);
  return machine;
}
