import type { RealtimeClient, RealtimeClientOptions } from "@supabase/supabase-js";
import type { Log } from "./log.ts";

/**
 * How a Realtime client reads its messages, such that one it cannot read ends the connection. By itself it throws, in a
 * place where nobody can catch it, and a single message of a proxy on the way would end this process.
 */
export function guardedDecode(realtime: () => RealtimeClient, log: Log): NonNullable<RealtimeClientOptions["decode"]> {
  return (payload, callback) => {
    try {
      realtime().serializer.decode(payload, callback);
    } catch (error) {
      log.warn({ err: error }, "a live message that cannot be read");
      const closing = realtime().disconnect();
      closing.catch((failure) => log.debug({ err: failure }, "old connection not closed in order"));
    }
  };
}
