import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream/promises";
import { HttpError } from "./http-error.ts";

export type Upstream = {
  /** For the sentence that says who is not answering. */
  name: string;
  port: number;
  /** With query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Of the answer's headers, these are dropped (lower case). */
  drop?: (header: string) => boolean;
};

// They speak of one connection, not of the message (RFC 9110, 7.6.1).
const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect"]);

/**
 * Streams a request to a server on 127.0.0.1 and its answer back.
 * @throws HttpError 503 when that server is not there, or goes away before it answers.
 */
export async function forward(req: IncomingMessage, res: ServerResponse, upstream: Upstream): Promise<void> {
  const headers = withoutHeaders(upstream.headers, (name) => hopByHop.has(name));
  const { port, path } = upstream;
  const { method } = req;
  const outgoing = request({ host: "127.0.0.1", port, path, headers, agent: false, ...(method ? { method } : {}) });
  // Not pipeline(): a server that answers before it has read everything would cut the client off from that answer.
  req.pipe(outgoing);
  res.once("close", () => outgoing.destroy());
  const answer = await answerOf(outgoing, upstream);
  const hidden = (name: string) => hopByHop.has(name) || name === "transfer-encoding" || upstream.drop?.(name) === true;
  res.writeHead(answer.statusCode ?? 502, withoutHeaders(answer.headers, hidden));
  await pipeline(answer, res);
}

function answerOf(outgoing: ClientRequest, { name }: Upstream): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.on("error", (error) => reject(unavailable(name, error)));
  });
}

function unavailable(name: string, cause: Error): HttpError {
  const message = `${name} is not answering; its log is in the logs folder of the local stack`;
  return new HttpError(message, { status: 503, code: "upstream_unavailable", cause });
}

function withoutHeaders(headers: IncomingHttpHeaders, drop: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop(name)));
}
