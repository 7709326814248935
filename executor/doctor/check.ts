import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "#database";
import type { Config } from "../config.ts";
import type { Installation } from "../service/installation.ts";
import type { DatabaseLook } from "./database-look.ts";
import type { Verdict } from "./finding.ts";
import type { OpenclawLook } from "./openclaw-look.ts";

/** What is looked at without any settings. */
export interface Machine {
  platform: NodeJS.Platform;
  node: {
    /** Such as `24.16.0`. */
    version: string;
    /** Its file, after all links. */
    path: string;
    /** As it was called. */
    calledAs: string;
  };
  /** Where commands of the system are looked for. */
  path: string;
}

/** An executor that the doctor looks at. Every look is made once, however many checks want it. */
export interface Patient extends Machine {
  config: Config;
  /** Of the contract with the database, that this executor keeps. */
  contractVersion: number;
  /** Null before its first start. */
  executorId: string | null;
  /** Whether this process is the executor itself, and not one that looks at it from beside. */
  isItself: boolean;
  lookAtDatabase(): Promise<DatabaseLook>;
  openclaw: OpenclawLook;
  /** The executor's own way to Realtime. */
  connectLive(): Promise<SupabaseClient<Database>>;
  /** What keeps it running; null where nothing is installed. */
  readInstallation(): Promise<Installation | null>;
  /** Bytes that this user may still write there. */
  freeBytes(path: string): Promise<number>;
}

/**
 * Looks at one kind of thing, and changes nothing. No verdict: it says nothing, because the thing is not there to be looked
 * at, and another check says so. May throw, and may hang.
 */
export interface Check<P extends Machine = Patient> {
  name: string;
  /** In ms. Default 30,000. */
  withinMs?: number;
  look(patient: P, signal: AbortSignal): Promise<Verdict[]>;
}
