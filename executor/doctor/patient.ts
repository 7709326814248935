import { statfs } from "node:fs/promises";
import type { SupabaseClient } from "@supabase/supabase-js";
import { CONTRACT_VERSION } from "#contract";
import type { Database } from "#database";
import { type Config, ConfigError } from "../config.ts";
import { readExecutorId } from "../executor-identity.ts";
import { readInstallation, thisPlace } from "../service/installation.ts";
import { createMachine } from "../service/machine.ts";
import { serviceManagerOf } from "../service/service-manager.ts";
import type { Patient } from "./check.ts";
import { lookAtDatabase } from "./database-look.ts";
import { thisMachine } from "./machine.ts";
import { createOpenclawLook, once } from "./openclaw-look.ts";

const LOOKING = { isDryRun: false, say: () => undefined, mask: (text: string) => text };

export interface PatientOptions {
  config: Config;
  database: SupabaseClient<Database>;
  connectLive(): Promise<SupabaseClient<Database>>;
  isItself: boolean;
  /** By this machine's clock, in ms. */
  now?(): number;
  signal?: AbortSignal;
}

/** Null before its first start. @throws ConfigError */
export async function executorIdOf({ executorId, stateDir }: Config): Promise<string | null> {
  try {
    return executorId ?? (await readExecutorId(stateDir));
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** For one diagnosis. Aborting the signal ends what it has started. */
export async function createPatient({
  config,
  database,
  connectLive,
  isItself,
  now = Date.now,
  signal,
}: PatientOptions): Promise<Patient> {
  const executorId = await executorIdOf(config);
  return {
    ...thisMachine(config.environment),
    ...{ config, contractVersion: CONTRACT_VERSION, executorId, isItself, connectLive },
    lookAtDatabase: once(() => lookAtDatabase({ database, executorId, projectIds: config.projectIds, now })),
    openclaw: createOpenclawLook(config, signal),
    readInstallation: () => readInstallation(serviceManagerOf(createMachine(thisPlace(), LOOKING))),
    async freeBytes(path) {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
  };
}
