import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestStack, type TestStack } from "./test-stack.ts";

const schema = `
  create table notes (id int primary key, body text not null, owner uuid);
  alter table notes enable row level security;
  grant select on notes to anon, authenticated;
  create policy notes_select_anyone on notes for select to anon using (owner is null);
  create policy notes_select_owner on notes for select to authenticated using (owner = (select auth.uid()));
  alter publication supabase_realtime add table notes;`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(schema, { realtime: true });
});
afterAll(() => stack.stop());

/** Collects the bodies of the rows that reach this client, from the moment changes flow. */
async function listen(client: SupabaseClient): Promise<string[]> {
  const bodies: string[] = [];
  let isFlowing = false;
  client
    .channel("notes")
    .on("postgres_changes", { event: "INSERT", schema: "public", table: "notes" }, ({ new: row }) =>
      bodies.push(String(row["body"])),
    )
    .on("system", {}, ({ status }) => {
      isFlowing = status === "ok";
    })
    .subscribe();
  await vi.waitFor(() => expect(isFlowing).toBe(true), { timeout: 5000 });
  return bodies;
}

test("a row reaches the subscribers who may read it, through the gateway, with either kind of key", async () => {
  const user = await stack.auth.createUser({ email: "listener@example.com", password: "correct horse" });
  const signedIn = stack.client();
  await signedIn.auth.signInWithPassword({ email: "listener@example.com", password: "correct horse" });
  const [publishable, legacy, own] = await Promise.all([
    listen(stack.client(stack.publishableKey)),
    listen(stack.client(stack.anonKey)),
    listen(signedIn),
  ]);
  await stack.sql(`insert into notes values (1, 'private', '${user.id}'), (2, 'public', null)`);
  await vi.waitFor(() => expect([publishable, legacy, own]).toEqual([["public"], ["public"], ["private"]]));
});

test("a stack stops while clients are connected", async () => {
  const short = await startTestStack(schema, { realtime: true });
  const client = short.client();
  await listen(client);
  await short.stop();
  await client.removeAllChannels();
});
