import { once } from "node:events";
import { connect } from "node:net";

/** A call that has come to a point: before it does anything, or when all is stored and nothing is answered yet. */
export interface GateCall {
  /** Of the CLI, such as `agents add`; or what the gateway itself does, such as `gateway agents.create`. */
  verb: string;
  argv: string[];
  when: "before" | "after";
}

/** Tells whoever listens at `socket` of the call, and resolves when they close the connection, or when nobody listens. */
export async function waitAtGate(socket: string | undefined, call: GateCall): Promise<void> {
  if (socket === undefined) return;
  const connection = connect(socket);
  connection.on("error", () => connection.destroy());
  connection.write(`${JSON.stringify({ ...call, pid: process.pid })}\n`);
  connection.resume();
  await once(connection, "close");
}
