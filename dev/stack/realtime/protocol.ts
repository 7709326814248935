import { z } from "zod";

/** How frames look on the wire: arrays in 2.0.0 (what supabase-js asks for), objects in 1.0.0. */
export const vsn = z.enum(["1.0.0", "2.0.0"]).default("1.0.0");
export type Vsn = z.infer<typeof vsn>;

/** One Phoenix message. `joinRef` is the ref of the join that opened the channel, `ref` the one a reply must repeat. */
export interface Frame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

const ref = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const arrayFrame = z
  .tuple([ref, ref, z.string(), z.string(), z.unknown()])
  .transform(([joinRef, messageRef, topic, event, payload]) => ({ joinRef, ref: messageRef, topic, event, payload }));

const objectFrame = z
  .object({ join_ref: ref, ref, topic: z.string(), event: z.string(), payload: z.unknown() })
  .transform(({ join_ref, ...rest }) => ({ joinRef: join_ref, ...rest }));

/** Reads one text frame; throws when it is not JSON or not a Phoenix message. */
export function decodeFrame(text: string, version: Vsn): Frame {
  const schema = version === "2.0.0" ? arrayFrame : objectFrame;
  return schema.parse(JSON.parse(text));
}

/** The text that goes on the wire for one frame. */
export function encodeFrame({ joinRef, ref, topic, event, payload }: Frame, version: Vsn): string {
  return JSON.stringify(
    version === "2.0.0" ? [joinRef, ref, topic, event, payload] : { join_ref: joinRef, ref, topic, event, payload },
  );
}

const changeConfig = z.looseObject({
  event: z.string().optional(),
  schema: z.string().optional(),
  table: z.string().optional(),
  filter: z.string().optional(),
});
/** One entry of a join's `postgres_changes`, echoed to the client exactly as it came (the client compares). */
export type ChangeConfig = z.infer<typeof changeConfig>;

/** The payload of phx_join, without the parts that concern broadcast and presence. */
export const joinPayload = z.object({
  access_token: z.string().nullish(),
  config: z.object({ private: z.boolean().nullish(), postgres_changes: z.array(changeConfig).nullish() }).prefault({}),
});

/** The payload of access_token: null when the client signed out and goes on with its key. */
export const accessTokenPayload = z.object({ access_token: z.string().nullish() });
