import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Attack, agents } from "../attack.ts";
import { answerTo, begin } from "../raw.ts";
import { call, create, FUNCTION } from "../send.ts";
import { PROJECTS } from "../victims.ts";

const plain = { projectId: PROJECTS.lobby, displayName: "Plain" };
const json = JSON.stringify(plain);
const invalid = { status: 400, code: "invalid_request" };
const tooLarge = { status: 413, code: "payload_too_large" };

const raw = (name: string, body: Buffer | string, answer: Attack["answer"], headers = {}): Attack => ({
  name,
  attempt: create(body, { headers }),
  answer,
});

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

/** Whoever else calls meanwhile is served as ever; then the connections are cut. */
const meanwhile =
  (connections: number, headers: Record<string, string>, body: string): Attack["attempt"] =>
  async (world) => {
    const sockets = await Promise.all(Array.from({ length: connections }, () => begin(world, headers, body)));
    for (const beat of [1, 2]) {
      await setTimeout(50);
      for (const socket of sockets) if (!socket.destroyed) socket.write(" ".repeat(beat));
    }
    const answer = await create({ ...plain, displayName: "" })(world);
    for (const socket of sockets) socket.destroy();
    return answer;
  };

export const BODIES: Attack[] = [
  raw("257 KiB of a name", JSON.stringify({ ...plain, displayName: "x".repeat(257 * 1024) }), tooLarge),
  raw("1 MiB of nothing", Buffer.alloc(1024 * 1024, " "), tooLarge),
  {
    name: "300 KiB in chunks, whose length nobody says",
    attempt: (world) => {
      const chunk = `${(1024).toString(16)}\r\n${" ".repeat(1024)}\r\n`;
      return answerTo(world, { "transfer-encoding": "chunked" }, `${chunk.repeat(300)}0\r\n\r\n`);
    },
    answer: tooLarge,
  },
  {
    name: "300 KiB for routes that read no body",
    attempt: call({ path: `${FUNCTION}/requests/none/cancel`, body: "x".repeat(300 * 1024) }),
    answer: tooLarge,
  },
  raw("200 KiB of spaces for a name", JSON.stringify({ ...plain, displayName: " ".repeat(200 * 1024) }), invalid),
  raw("200 KiB of one key", JSON.stringify({ ...plain, agentKey: `agent:${"a".repeat(200 * 1024)}:main` }), invalid),
  raw(
    "10,000 fields",
    JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}`, n]))),
    invalid,
  ),
  create51(),
  raw("no agents at all", '{"agents":[]}', invalid),
  raw("agents that are none", '{"agents":[[],null,1,"x",{}]}', invalid),
  raw("agents within agents", JSON.stringify({ agents: [{ agents: [plain] }] }), invalid),
  raw("agents beside an agent", JSON.stringify({ ...plain, agents: [plain] }), invalid),
  raw("100,000 lists in each other", nested(100_000, "[", "]"), invalid),
  raw("40,000 objects in each other", `${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`, invalid),
  raw("a name that is 50,000 lists", `{"projectId":"lobby","displayName":${nested(50_000, "[", "]")}}`, invalid),
  raw("lists that never end", "[".repeat(200_000), invalid),
  raw("a body that ends within a word", json.slice(0, -5), invalid),
  raw("nothing", "", invalid),
  raw("null", "null", invalid),
  raw("a number", "1e400", invalid),
  raw("two commands", json + json, invalid),
  raw("bytes that are not UTF-8", Buffer.from('{"projectId":"\xff\xfe"}', "latin1"), invalid),
  raw("UTF-16", Buffer.from(json, "utf16le"), invalid),
  raw("a packed body", gzipSync(json), invalid, { "content-encoding": "gzip" }),
  raw("a form", "projectId=lobby&displayName=Plain", invalid, { "content-type": "application/x-www-form-urlencoded" }),
  {
    ...raw("a field that is there twice", `{"displayName":"First",${json.slice(1)}`, { status: 202 }),
    adds: agents(1),
  },
  {
    name: "more than the length that is said",
    // The rest is no call, and which of the two is refused first is all the same.
    attempt: async (world) => ({ status: (await answerTo(world, { "content-length": "10" }, json)).status }),
    answer: { status: 400 },
  },
  {
    name: "two lengths",
    attempt: (world) => answerTo(world, { "content-length": "10", "Content-Length": "20" }, json),
    answer: { status: 400 },
  },
  {
    name: "a length and chunks",
    attempt: (world) => answerTo(world, { "content-length": "5", "transfer-encoding": "chunked" }, "0\r\n\r\n"),
    answer: { status: 400 },
  },
  {
    name: "40 bodies that come one byte at a time",
    attempt: meanwhile(40, { "content-length": "100000" }, json.slice(0, 9)),
    answer: invalid,
  },
  {
    name: "40 bodies that are cut off",
    attempt: meanwhile(40, { "content-length": String(json.length + 1) }, json.slice(0, -2)),
    answer: invalid,
  },
  {
    name: "40 chunked bodies that never end",
    attempt: meanwhile(40, { "transfer-encoding": "chunked" }, `${json.length.toString(16)}\r\n${json}\r\n`),
    answer: invalid,
  },
];

function create51(): Attack {
  return {
    name: "51 agents at once",
    attempt: create({ agents: Array.from({ length: 51 }, () => plain) }),
    answer: invalid,
  };
}
