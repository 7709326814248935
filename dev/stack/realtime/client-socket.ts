import type { RawData, WebSocket } from "ws";
import { Channel, type ChannelOptions } from "./channel.ts";
import { accessTokenPayload, decodeFrame, encodeFrame, type Frame, joinPayload, type Vsn } from "./protocol.ts";
import { RefusedToken } from "./tokens.ts";

const unsupportedData = 1003;
const internalError = 1011;

export interface ClientSocketOptions extends Pick<ChannelOptions, "readClaims" | "subscribe" | "settleMs"> {
  vsn: Vsn;
  /** The JWT of the client's api key, used when a join brings no token of its own. */
  keyToken: string;
  /** Every open channel of every client. */
  channels: Set<Channel>;
  /** Whether changes flow; if not, channels are subscribed when they do. */
  isStreaming(): boolean;
  onTrouble(error: unknown): void;
}

/** Speaks Phoenix with one client, message by message in the order they came, until its socket closes. */
export function serveClient(socket: WebSocket, options: ClientSocketOptions): void {
  const joined = new Map<string, Channel>();
  let turn = Promise.resolve();

  const send = (frame: Frame) => socket.send(encodeFrame(frame, options.vsn));
  const reply = ({ joinRef, ref, topic }: Frame, status: "ok" | "error", response: object) =>
    send({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } });

  async function join(frame: Frame): Promise<void> {
    const { topic, joinRef } = frame;
    const { access_token, config } = joinPayload.parse(frame.payload);
    if (config.private === true) {
      const reason = `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`;
      return reply(frame, "error", { reason });
    }
    // A client with a publishable key sends that key as its token until somebody signs in.
    const token = access_token == null || access_token.startsWith("sb_") ? options.keyToken : access_token;
    const claims = await options.readClaims(token);
    // A channel made now would be left with its timers.
    if (socket.readyState !== socket.OPEN) return;
    joined.get(topic)?.close();
    const channel = new Channel(topic, token, claims, config.postgres_changes ?? [], {
      readClaims: options.readClaims,
      subscribe: options.subscribe,
      settleMs: options.settleMs,
      send: (event, payload, kind) => {
        const ref = kind === "joined" ? joinRef : null;
        send({ joinRef: ref, ref: event === "phx_close" ? ref : null, topic, event, payload });
      },
      onClose: () => {
        joined.delete(topic);
        options.channels.delete(channel);
      },
    });
    joined.set(topic, channel);
    options.channels.add(channel);
    reply(frame, "ok", { postgres_changes: channel.entries });
    if (options.isStreaming()) channel.subscribe();
  }

  async function receive(frame: Frame): Promise<void> {
    if (frame.topic === "phoenix" && frame.event === "heartbeat") return reply(frame, "ok", {});
    if (frame.event === "phx_join") return join(frame);
    const channel = joined.get(frame.topic);
    if (frame.event === "phx_leave") {
      reply(frame, "ok", {});
      return channel?.close();
    }
    if (channel === undefined) return reply(frame, "error", { reason: "unmatched topic" });
    if (frame.event === "access_token") {
      const { access_token } = accessTokenPayload.parse(frame.payload);
      if (access_token == null || access_token.startsWith("sb_")) return;
      return channel.refresh(access_token);
    }
    reply(frame, "error", { reason: `${frame.event} is not covered by the local Realtime` });
  }

  async function answer(data: RawData, isBinary: boolean): Promise<void> {
    if (isBinary) return socket.close(unsupportedData, "Broadcast is not covered by the local Realtime");
    const frame = decodeFrame(String(data), options.vsn);
    try {
      await receive(frame);
    } catch (error) {
      if (!(error instanceof RefusedToken)) throw error;
      reply(frame, "error", { reason: `${error.code}: ${error.message}` });
    }
  }

  socket.on("message", (data, isBinary) => {
    turn = turn
      .then(() => answer(data, isBinary))
      .catch((error: unknown) => {
        options.onTrouble(error);
        socket.close(internalError);
      });
  });
  socket.on("error", options.onTrouble);
  socket.on("close", () => {
    for (const channel of joined.values()) channel.drop();
  });
}
