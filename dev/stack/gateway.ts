import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { authorize, jwtOfApiKey } from "./api-keys.ts";
import type { Auth } from "./auth.ts";
import type { Functions } from "./functions.ts";
import { HttpError } from "./http-error.ts";
import type { StackKeys } from "./keys.ts";
import { forward } from "./proxy.ts";

export type GatewayOptions = {
  port: number;
  keys: StackKeys;
  restPort: number;
  auth: Auth;
  /** Undefined: every function is unknown. */
  functions: Functions | undefined;
  /** Undefined: sockets are refused. */
  realtime: { handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void } | undefined;
};

/**
 * The one address of the local stack, on 127.0.0.1 only: /rest/v1, /auth/v1, /functions/v1, /realtime/v1.
 * @throws Error EADDRINUSE when the port is busy.
 */
export async function startGateway(options: GatewayOptions): Promise<{ stop(): Promise<void> }> {
  const server = createServer((req, res) => {
    route(options, req, res).catch((error: unknown) => refuse(res, error));
  });
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (req, socket, head) => {
    upgraded.add(socket);
    // A client that resets the connection is gone; unheard, that would end this process.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => upgraded.delete(socket));
    try {
      upgrade(options, req, socket, head);
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 500;
      socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    }
  });
  server.listen({ port: options.port, host: "127.0.0.1" });
  await once(server, "listening");
  return {
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      // The server waits for these too, but does not count them among its connections.
      for (const socket of upgraded) socket.destroy();
      await closed;
    },
  };
}

async function route(options: GatewayOptions, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? "/", "http://gateway");
  const place = /^\/(?<part>rest|auth|functions)\/v1(?<path>\/.*)?$/.exec(url.pathname)?.groups;
  const path = place?.["path"] ?? "/";
  switch (place?.["part"]) {
    case "functions":
      return await callFunction(options, req, res, path + url.search);
    case "rest":
    case "auth":
      allowEveryOrigin(req, res);
      if (req.method === "OPTIONS") return void res.writeHead(204).end();
      return place["part"] === "rest"
        ? await callRest(options, req, res, path, url)
        : await callAuth(options, req, res, path, url);
    default:
      throw new HttpError("no Route matched with those values", { status: 404 });
  }
}

/** Functions get the headers as they came, answer their own OPTIONS, and see `/<name>/…` as their path. */
async function callFunction({ functions }: GatewayOptions, req: IncomingMessage, res: ServerResponse, path: string) {
  const name = /^\/(?<name>[\w-]+)/.exec(path)?.groups?.["name"];
  if (functions === undefined || name === undefined) {
    throw new HttpError("Requested function was not found", { status: 404, code: "NOT_FOUND" });
  }
  const caller = { method: req.method ?? "GET", authorization: req.headers.authorization };
  const port = await functions.open(name, caller);
  try {
    await forward(req, res, { name: `Function ${name}`, port, path, headers: req.headers });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const said = "Function exited due to an error (please check logs)";
    throw new HttpError(said, { status: 500, code: "WORKER_ERROR", cause: error });
  }
}

async function callRest(options: GatewayOptions, req: IncomingMessage, res: ServerResponse, path: string, url: URL) {
  const authorization = authorize(req.headers, url.searchParams, options.keys);
  // PostgREST would take it for a filter on a column. Only then: any change writes the whole query anew.
  if (url.searchParams.has("apikey")) url.searchParams.delete("apikey");
  refuseWholeTables(req.method, url.searchParams);
  await forward(req, res, {
    name: "PostgREST",
    port: options.restPort,
    path: path + url.search,
    headers: { ...req.headers, authorization },
    drop: (header) => header.startsWith("access-control-"),
  });
}

const notFilters = new Set(["select", "columns", "order", "limit", "offset"]);

/** Hosted Postgres loads the extension safeupdate for PostgREST's connections; it is not at hand here. */
function refuseWholeTables(method: string | undefined, query: URLSearchParams): void {
  const verb = method === "PATCH" ? "UPDATE" : method;
  if (verb !== "UPDATE" && verb !== "DELETE") return;
  if ([...query.keys()].some((name) => !notFilters.has(name))) return;
  throw new HttpError(`${verb} requires a WHERE clause`, { status: 400, code: "21000" });
}

async function callAuth(options: GatewayOptions, req: IncomingMessage, res: ServerResponse, path: string, url: URL) {
  const isOpen = path.startsWith("/.well-known/");
  const authorization = isOpen ? "" : authorize(req.headers, url.searchParams, options.keys);
  const body = await buffer(req);
  const answer = await options.auth.fetch(
    new Request(`http://auth${path}${url.search}`, {
      method: req.method ?? "GET",
      headers: { authorization, "content-type": req.headers["content-type"] ?? "application/json" },
      ...(body.length === 0 ? {} : { body }),
    }),
  );
  res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
}

function upgrade({ keys, realtime }: GatewayOptions, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const url = new URL(req.url ?? "/", "http://gateway");
  if (!url.pathname.startsWith("/realtime/v1/"))
    throw new HttpError("no Route matched with those values", { status: 404 });
  if (realtime === undefined) throw new HttpError("Realtime is switched off", { status: 503 });
  // Realtime knows only JWTs; here the browser's socket has its key in the address.
  url.searchParams.set("apikey", jwtOfApiKey(url.searchParams.get("apikey") ?? String(req.headers["apikey"]), keys));
  req.url = url.pathname + url.search;
  realtime.handleUpgrade(req, socket, head);
}

function allowEveryOrigin(req: IncomingMessage, res: ServerResponse): void {
  res.setHeader("access-control-allow-origin", "*");
  res.setHeader("access-control-expose-headers", "content-range, content-location, content-profile, range-unit");
  if (req.method !== "OPTIONS") return;
  res.setHeader("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  res.setHeader("access-control-allow-headers", req.headers["access-control-request-headers"] ?? "*");
  res.setHeader("access-control-max-age", "3600");
}

function refuse(res: ServerResponse, error: unknown): void {
  // Half an answer is out, or the client has gone: cutting the connection is all that can be said.
  if (res.headersSent || res.destroyed) return void res.destroy();
  const refusal =
    error instanceof HttpError ? error : new HttpError(String(error), { status: 500, code: "gateway_error" });
  if (refusal.code !== undefined) {
    res.setHeader("sb-error-code", refusal.code);
    res.setHeader("access-control-expose-headers", "sb-error-code");
  }
  res.writeHead(refusal.status, { "content-type": "application/json" }).end(JSON.stringify(refusal));
}
