import type { RequestKind } from "#contract";
import { type AdoptEdges, createAdopt } from "./adopt.ts";
import { createDeprovision, type DeprovisionEdges } from "./deprovision.ts";
import type { Handler } from "./handler.ts";
import { createProvision, type ProvisionEdges } from "./provision.ts";
import { createSetIdentity, type SetIdentityEdges } from "./set-identity.ts";

type HandlerEdges = ProvisionEdges & SetIdentityEdges & DeprovisionEdges & AdoptEdges;

/** @returns the handler of each kind */
export function createHandlers(edges: HandlerEdges): (kind: RequestKind) => Handler {
  const handlers: Record<RequestKind, Handler> = {
    provision: createProvision(edges),
    set_identity: createSetIdentity(edges),
    deprovision: createDeprovision(edges),
    adopt: createAdopt(edges),
  };
  return (kind) => handlers[kind];
}
