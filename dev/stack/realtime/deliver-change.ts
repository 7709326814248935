import type { Pool } from "pg";
import { type ChangeData, type ReadChange, viewChange } from "./change-view.ts";
import type { Channel } from "./channel.ts";
import { type RowChange, toJsonText } from "./row-change.ts";
import { readRowJson } from "./row-json.ts";
import { asksFor } from "./subscriptions.ts";
import { untilVisible } from "./transaction-visibility.ts";

/** Sends a change to every channel that asked for it and may see it, one event per channel. */
export async function deliverChange(pool: Pool, channels: Iterable<Channel>, change: RowChange): Promise<void> {
  const wanted = [...channels].flatMap((channel) =>
    channel.subscriptions
      .filter((subscription) => asksFor(subscription, change))
      .map((subscription) => ({ channel, subscription })),
  );
  if (wanted.length === 0) return;
  await untilVisible(pool, change.transaction);

  const filters = wanted.flatMap(({ subscription }) => subscription.filter ?? []);
  const { record, passes } = await readRowJson(pool, change, toJsonText(change.values, change.jsonColumns), filters);
  const idsByChannel = new Map<Channel, number[]>();
  for (const { channel, subscription } of wanted) {
    const { filter, id } = subscription;
    if (filter !== undefined && !passes[filters.indexOf(filter)]) continue;
    idsByChannel.set(channel, [...(idsByChannel.get(channel) ?? []), id]);
  }
  if (idsByChannel.size === 0) return;

  const read: ReadChange = {
    change,
    record: only(record, change.values),
    oldRecord: only(await readOldRecord(pool, change), change.oldValues),
  };
  const views = new Map<string, ChangeData | undefined>();
  for (const [channel, ids] of idsByChannel) {
    const bearer = JSON.stringify(channel.claims);
    if (!views.has(bearer)) views.set(bearer, await viewChange(pool, read, channel.claims));
    const data = views.get(bearer);
    if (data !== undefined) channel.push("postgres_changes", { ids, data });
  }
}

async function readOldRecord(pool: Pool, change: RowChange): Promise<Record<string, unknown>> {
  const { record } = await readRowJson(pool, change, toJsonText(change.oldValues, change.jsonColumns), []);
  return record;
}

function only(record: Record<string, unknown>, values: Map<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => values.has(name)));
}
