import type { Pool } from "pg";
import { type ChangeData, type ReadChange, viewChange } from "./change-view.ts";
import type { Channel } from "./channel.ts";
import { type RowChange, toJsonText } from "./row-change.ts";
import { readRowJson } from "./row-json.ts";
import { asksFor } from "./subscriptions.ts";
import { untilVisible } from "./transaction-visibility.ts";

/** What one channel is told of one change; `ids` are those of its subscriptions that fit. */
export interface ChangeEvent {
  channel: Channel;
  ids: number[];
  data: ChangeData;
}

/** The events of a change: one for every channel that has asked for it by now and may see it. */
export async function readChangeEvents(
  pool: Pool,
  channels: Iterable<Channel>,
  change: RowChange,
): Promise<ChangeEvent[]> {
  const wanted = [...channels].flatMap((channel) =>
    channel.subscriptions
      .filter((subscription) => asksFor(subscription, change))
      .map((subscription) => ({ channel, subscription })),
  );
  if (wanted.length === 0) return [];
  await untilVisible(pool, change.transaction);

  const filters = wanted.flatMap(({ subscription }) => subscription.filter ?? []);
  const { record, passes } = await readRowJson(pool, change, toJsonText(change.values, change.jsonColumns), filters);
  const idsByChannel = new Map<Channel, number[]>();
  for (const { channel, subscription } of wanted) {
    const { filter, id } = subscription;
    if (filter !== undefined && !passes[filters.indexOf(filter)]) continue;
    idsByChannel.set(channel, [...(idsByChannel.get(channel) ?? []), id]);
  }
  if (idsByChannel.size === 0) return [];

  const read: ReadChange = {
    change,
    record: only(record, change.values),
    oldRecord: only(await readOldRecord(pool, change), change.oldValues),
  };
  const views = new Map<string, ChangeData | undefined>();
  const events: ChangeEvent[] = [];
  for (const [channel, ids] of idsByChannel) {
    const bearer = JSON.stringify(channel.claims);
    if (!views.has(bearer)) views.set(bearer, await viewChange(pool, read, channel.claims));
    const data = views.get(bearer);
    if (data !== undefined) events.push({ channel, ids, data });
  }
  return events;
}

async function readOldRecord(pool: Pool, change: RowChange): Promise<Record<string, unknown>> {
  const { record } = await readRowJson(pool, change, toJsonText(change.oldValues, change.jsonColumns), []);
  return record;
}

function only(record: Record<string, unknown>, values: Map<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => values.has(name)));
}
