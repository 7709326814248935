import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";

/** What happens to a call: it passes, is not let through, or is carried out while its answer is lost, half lost, late or another. */
export type Fault =
  | "pass"
  | "cut"
  | "lose answer"
  | "cut body"
  | "hang"
  | { status: number; body: string }
  | { late: () => Promise<void> }
  | { answer: (body: Buffer) => Promise<Buffer> };

/** A real HTTP server in front of another, with faults on demand for REST calls, and sockets that can be cut. */
export async function startFlakyProxy(target: string) {
  const { hostname, port } = new URL(target);
  let faultOf: (path: string, body: Buffer) => Fault = () => "pass";
  const calls: string[] = [];

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? "/";
    calls.push(path);
    const body = await buffer(incoming);
    const fault = faultOf(path, body);
    if (fault === "hang") return;
    if (fault === "cut") return void incoming.socket.destroy();
    if (typeof fault === "object" && "status" in fault) return void outgoing.writeHead(fault.status).end(fault.body);
    const { headers, method } = incoming;
    const forwarded = request({ hostname, port, path, method, headers }).end(body);
    const [reply] = await once(forwarded, "response");
    const content = await buffer(reply);
    if (fault === "lose answer") return void incoming.socket.destroy();
    if (fault === "cut body") {
      const { "transfer-encoding": _, ...kept } = reply.headers;
      outgoing.writeHead(reply.statusCode, { ...kept, "content-length": content.length });
      return void outgoing.write(content.subarray(0, content.length / 2), () => incoming.socket.destroy());
    }
    if (typeof fault === "object" && "answer" in fault) {
      const { "content-length": _, ...kept } = reply.headers;
      return void outgoing.writeHead(reply.statusCode, kept).end(await fault.answer(content));
    }
    if (typeof fault === "object") await fault.late();
    outgoing.writeHead(reply.statusCode, reply.headers).end(content);
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const sockets = new Set<() => void>();
  const holds = new Set<() => void>();
  let refusesSockets = false;
  server.on("upgrade", (incoming, socket, head) => {
    if (refusesSockets) return void socket.destroy();
    const upstream = connect(Number(port), hostname, () => {
      const headers = incoming.rawHeaders.flatMap((part, index, all) =>
        index % 2 ? [] : [`${part}: ${all[index + 1]}`],
      );
      upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    const end = () => {
      socket.destroy();
      upstream.destroy();
      sockets.delete(end);
      holds.delete(hold);
    };
    const hold = () => {
      socket.unpipe(upstream).resume();
      upstream.unpipe(socket).resume();
    };
    holds.add(hold);
    sockets.add(end);
    for (const side of [socket, upstream]) side.on("error", end).on("close", end);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Every path so far, oldest first. */
    calls,
    /** Decides each call from now on, by its path such as `/rest/v1/rpc/record_heartbeat` and what it says. */
    setFaults(decide: (path: string, body: Buffer) => Fault): void {
      faultOf = decide;
    },
    /** @returns how many there were */
    cutSockets(): number {
      const open = [...sockets];
      for (const end of open) end();
      return open.length;
    },
    /** Sockets stay open, and nothing that is sent on them from now on arrives. */
    holdSockets(): void {
      for (const hold of holds) hold();
    },
    refuseSockets(refuses: boolean): void {
      refusesSockets = refuses;
    },
    async stop(): Promise<void> {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      for (const end of [...sockets]) end();
      await closed;
    },
  };
}

/** One fault for the first so many calls of a path that ends so, then none. */
export function firstCalls(ending: string, count: number, fault: Fault): (path: string) => Fault {
  let left = count;
  return (path) => {
    if (!path.endsWith(ending) || left === 0) return "pass";
    left -= 1;
    return fault;
  };
}
