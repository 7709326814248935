import { inject } from "vitest";
import type { Cluster } from "../stack/databases.ts";

declare module "vitest" {
  interface ProvidedContext {
    cluster: Cluster;
  }
}

/** The one Postgres of this test run, started by global-setup.ts. */
export function testCluster(): Cluster {
  return inject("cluster");
}
