import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { errorCode } from "./error-code.ts";
import { openState, writeState } from "./state.ts";

// Below 32768, where Linux begins to hand out ports to outgoing connections, and above the well-known ones.
const lowest = 20_000;
const highest = 32_767;

/**
 * The port that goes by `name` in this folder: chosen at the first call, remembered, and chosen anew only when another
 * program has it. Call it for one name at a time: each call rewrites the state.
 * @param report gets a sentence when a remembered port had to be given up.
 */
export async function claimPort(stateDir: string, name: string, report: (line: string) => void): Promise<number> {
  const state = await openState(stateDir);
  const remembered = state.ports[name];
  if (remembered !== undefined && (await isPortFree(remembered))) return remembered;
  const taken = new Set(Object.values(state.ports));
  let port = randomInt(lowest, highest + 1);
  while (taken.has(port) || !(await isPortFree(port))) port = randomInt(lowest, highest + 1);
  await writeState(stateDir, { ...state, ports: { ...state.ports, [name]: port } });
  if (remembered !== undefined) report(`Port ${remembered} (${name}) is taken by another program; ${port} from now on`);
  return port;
}

/** True when nobody answers on 127.0.0.1:`port` and we may listen there. */
export async function isPortFree(port: number): Promise<boolean> {
  // Asked both ways: macOS lets us listen on 127.0.0.1 while somebody else has the same port on all addresses.
  return !(await accepts(port)) && (await canListen(port));
}

/** True when something accepts connections on 127.0.0.1:`port`. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    if (errorCode(error) === "ECONNREFUSED" || errorCode(error) === "ECONNRESET") return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: "127.0.0.1" });
    await once(server, "listening");
    return true;
  } catch (error) {
    if (errorCode(error) === "EADDRINUSE" || errorCode(error) === "EACCES") return false;
    throw error;
  } finally {
    server.close();
  }
}
