import { statfs } from "node:fs/promises";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "#database";
import type { Config } from "../config.ts";
import { readExecutorId } from "../executor-identity.ts";
import type { Patient } from "./check.ts";
import { lookAtDatabase } from "./database-look.ts";
import { thisMachine } from "./machine.ts";
import { createOpenclawLook, once } from "./openclaw-look.ts";

interface PatientOptions {
  config: Config;
  database: SupabaseClient<Database>;
  connectLive(): Promise<SupabaseClient<Database>>;
  isItself: boolean;
  signal?: AbortSignal;
}

/** For one diagnosis. Aborting the signal ends what it has started. */
export async function createPatient({
  config,
  database,
  connectLive,
  isItself,
  signal,
}: PatientOptions): Promise<Patient> {
  const executorId = config.executorId ?? (await readExecutorId(config.stateDir));
  const now = () => Date.now();
  return {
    ...thisMachine(config.environment),
    ...{ config, executorId, isItself, connectLive, now },
    lookAtDatabase: once(() => lookAtDatabase({ database, executorId, projectIds: config.projectIds, now })),
    openclaw: createOpenclawLook(config, signal),
    async freeBytes(path) {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
  };
}
