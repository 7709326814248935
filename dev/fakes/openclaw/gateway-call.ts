import { z } from "zod";
import type { FakeMode, FakeVerb } from "./mode.ts";
import { Refusal } from "./refusal.ts";

const answer = z.discriminatedUnion("ok", [
  z.looseObject({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);

const transportError = (message: string, kind: "closed" | "timeout") =>
  new Refusal(message, 1, { type: "gateway_transport_error", kind });

/** `gateway call`: asks the gateway on this port, which goes on when this process is ended, or has given up waiting. */
export async function callGateway(
  verb: FakeVerb,
  { port, timeout, params }: { port: string; timeout: string; params: string },
  mode: FakeMode,
): Promise<object> {
  if (mode.withoutCredentials) {
    const message = `${verb} requires credentials before opening a websocket`;
    throw new Refusal(message, 1, { type: "gateway_credentials_required" });
  }
  const late = transportError(`gateway timeout after ${timeout}ms`, "timeout");
  const isAnswerLost = mode.unanswered[verb];
  if (isAnswerLost === false) throw late;
  const signal = AbortSignal.timeout(Number(timeout));
  const read = await fetch(`http://127.0.0.1:${port}/call`, {
    ...{ method: "POST", signal },
    body: JSON.stringify({ method: verb.split(" ")[2], params: JSON.parse(params) }),
  })
    .then((response) => response.json())
    .catch((cause: unknown) => {
      if (signal.aborted) throw late;
      throw transportError(`Gateway not reachable at ws://127.0.0.1:${port} (${String(cause)}).`, "closed");
    });
  if (isAnswerLost) throw late;
  const given = answer.parse(read);
  if (given.ok) return given;
  const details = { type: "gateway_request_error", code: "INVALID_REQUEST", retryable: false };
  throw new Refusal(String(given["message"]), 1, details);
}
