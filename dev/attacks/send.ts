import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { z } from "zod";
import type { Answer, Attack } from "./attack.ts";
import type { Who, World } from "./world.ts";

export type Call = {
  as?: Who;
  method?: string;
  path: string;
  /** Sent as JSON, unless it is a text or bytes. */
  body?: unknown;
  /** Besides, and above, those that say who is calling. */
  headers?: Record<string, string>;
};

const saysWhy = z.union([
  z.object({ error: z.object({ code: z.string() }) }).transform(({ error }) => error.code),
  z.object({ error_code: z.string() }).transform(({ error_code }) => error_code),
  z
    .object({ details: z.string().transform((text) => readJson(text)) })
    .pipe(z.object({ details: z.object({ code: z.string() }) }))
    .transform(({ details }) => details.code),
  z.object({ code: z.string() }).transform(({ code }) => code),
]);

/** One HTTP call as it is said, with no client in between that would mend it. */
export async function send(
  world: World,
  { as = world.outsider, method = "POST", path, body, headers }: Call,
): Promise<Answer> {
  const { hostname, port } = new URL(world.stack.apiUrl);
  const bytes = body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const length = bytes === undefined ? 0 : Buffer.byteLength(bytes);
  const outgoing = request({
    hostname,
    port,
    path,
    method,
    agent: false,
    headers: { "content-type": "application/json", "content-length": length, ...world.headersOf(as), ...headers },
  });
  const replied = Promise.withResolvers<IncomingMessage>();
  outgoing.once("response", replied.resolve);
  // Heard as long as it lasts: a server that has answered may close before it was told everything.
  outgoing.on("error", replied.reject);
  outgoing.end(bytes);
  const reply = await replied.promise;
  return toAnswer(world, reply.statusCode ?? 0, (await buffer(reply)).toString());
}

/** What a newer PostgREST calls the same thing. */
const NEWER: Record<string, string> = { PGRST303: "PGRST301", PGRST205: "42P01" };

/** @throws Error when the text holds what nobody outside may know */
export function toAnswer(world: World, status: number, text: string): Answer {
  const leaked = world.secrets.find((secret) => text.includes(secret));
  if (leaked !== undefined) throw new Error(`The answer holds ${leaked}: ${text}`);
  const body = readJson(text);
  const code = status < 400 ? undefined : saysWhy.safeParse(body).data;
  return { status, code: NEWER[code ?? ""] ?? code, body };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: an empty answer, say.
    return text;
  }
}

export const FUNCTION = "/functions/v1/provision-agent";

/** An attempt that is one call. */
export const call =
  (said: Call): Attack["attempt"] =>
  (world) =>
    send(world, said);

/** POST / of the function. */
export const create = (body: unknown, said: Partial<Call> = {}) => call({ path: FUNCTION, body, ...said });

/** A function of the database, called directly. */
export const rpc = (name: string, args: unknown, said: Partial<Call> = {}) =>
  call({ path: `/rest/v1/rpc/${name}`, body: args, ...said });

/** A table of the database, read unless said. */
export const rest = (path: string, said: Partial<Call> = {}) =>
  call({ path: `/rest/v1/${path}`, method: "GET", ...said });
