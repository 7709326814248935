import { once } from "node:events";
import { connect } from "node:net";
import type { Answer } from "./attack.ts";
import { FUNCTION, toAnswer } from "./send.ts";
import type { World } from "./world.ts";

/** A connection on which a call to the function has begun, with these headers and this much of a body. */
export async function begin(world: World, headers: Record<string, string>, body = "") {
  const { hostname, port } = new URL(world.stack.apiUrl);
  const socket = connect(Number(port), hostname);
  // A server may cut off who does not keep to the protocol.
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  const lines = { host: hostname, "content-type": "application/json", ...world.headersOf(world.outsider), ...headers };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${FUNCTION} HTTP/1.1\r\n${head.join("")}\r\n${body}`);
  return socket;
}

/** What is answered to such a call when nothing more is sent. */
export async function answerTo(world: World, headers: Record<string, string>, body: string): Promise<Answer> {
  const socket = await begin(world, { connection: "close", ...headers }, body);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]);
  // Of a chunked body, the JSON in its one chunk.
  return toAnswer(world, status, /\{.*\}/s.exec(rest.join("\r\n\r\n"))?.[0] ?? "");
}
