import type { Scene } from "./scene.ts";

/** One row of the table: something that breaks, and requests that must come to one honest end all the same. */
export interface Fault {
  name: string;
  /** What only simulates the fault, and how; printed below the table. */
  notes?: string[];
  /** A smaller part of it belongs to `npm test`. */
  isInShortPart?: boolean;
  /** Nothing else runs meanwhile, because it takes away what all scenes share. */
  isAlone?: boolean;
  /** Takes `--minutes` minutes. */
  isLong?: boolean;
  /**
   * Asks for agents, starts executors, and breaks something; need not wait for the end of what it asked for.
   * @throws Error when the fault cannot be injected: then the harness is wrong, and nothing is proved
   */
  inject(scene: Scene): Promise<void>;
}
