import type { RequestKind } from "#contract";
import { PermanentError } from "../errors.ts";
import type { Handler } from "./handler.ts";
import { createProvision, type ProvisionEdges } from "./provision.ts";

/** @returns the handler of each kind. @throws PermanentError unsupported_kind for one that only a newer executor knows */
export function createHandlers(edges: ProvisionEdges): (kind: RequestKind) => Handler {
  const handlers: Partial<Record<RequestKind, Handler>> = { provision: createProvision(edges) };
  return (kind) => {
    const handler = handlers[kind];
    if (handler !== undefined) return handler;
    throw new PermanentError("unsupported_kind", `This executor cannot carry out a request of kind ${kind}`, {
      hint: "Update the executor on the Mac mini, then retry",
    });
  };
}
