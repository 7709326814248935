import { DATABASE_FAULTS } from "./database-faults.ts";
import { FOLDER_FAULTS } from "./folder-faults.ts";
import { NODE_FAULTS } from "./node-faults.ts";
import { OPENCLAW_FAULTS } from "./openclaw-faults.ts";

/** Faults of one part may hide each other; those of different parts may not. */
export const FAULTS = {
  node: NODE_FAULTS,
  openclaw: OPENCLAW_FAULTS,
  folders: FOLDER_FAULTS,
  database: DATABASE_FAULTS,
};
