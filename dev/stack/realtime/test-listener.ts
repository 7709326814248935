import type { RealtimePostgresChangesPayload, SupabaseClient } from "@supabase/supabase-js";
import { vi } from "vitest";
import { z } from "zod";

type Change = RealtimePostgresChangesPayload<Record<string, unknown>>;
const systemMessage = z.object({ extension: z.string(), status: z.string(), message: z.string(), channel: z.string() });

export interface Wanted {
  event?: "*" | "INSERT" | "UPDATE" | "DELETE";
  table: string;
  filter?: string;
}

/** Everything one channel of an official client was told, in order. */
export interface Listener {
  changes: Change[];
  /** When each change arrived, in milliseconds since 1970. */
  arrivals: number[];
  systems: z.infer<typeof systemMessage>[];
  statuses: string[];
  /** The first `count` changes, once they are there. */
  atLeast(count: number): Promise<Change[]>;
}

/** Subscribes and waits until the server says that changes flow, or why they do not. */
export async function listen(client: SupabaseClient, topic: string, ...wanted: Wanted[]): Promise<Listener> {
  const listener = subscribe(client, topic, ...wanted);
  await vi.waitFor(() => {
    if (listener.systems.length === 0) throw new Error(`No word from the server yet, ${listener.statuses.join(", ")}`);
  }, patience);
  return listener;
}

/** Subscribes and waits for nothing. */
export function subscribe(client: SupabaseClient, topic: string, ...wanted: Wanted[]): Listener {
  const listener: Listener = {
    changes: [],
    arrivals: [],
    systems: [],
    statuses: [],
    atLeast: (count) =>
      vi.waitFor(() => {
        if (listener.changes.length < count) throw new Error(`${listener.changes.length} of ${count} changes arrived`);
        return listener.changes;
      }, patience),
  };
  const channel = client.channel(topic);
  for (const { event = "*", ...filter } of wanted) {
    channel.on("postgres_changes", { event, schema: "public", ...filter }, (change) => {
      listener.changes.push(change);
      listener.arrivals.push(Date.now());
    });
  }
  channel.on("system", {}, (payload: unknown) => listener.systems.push(systemMessage.parse(payload)));
  channel.subscribe((status) => listener.statuses.push(status));
  return listener;
}

/** How long a test waits for what must come. */
export const patience = { timeout: 30_000, interval: 10 };
