import type { Attack } from "../attack.ts";
import { ACCOUNTS } from "./accounts.ts";
import { BODIES } from "./bodies.ts";
import { DIRECT_CALLS } from "./direct-calls.ts";
import { HIDDEN_ROWS } from "./hidden-rows.ts";
import { IDEMPOTENCY } from "./idempotency.ts";
import { KINDS } from "./kinds.ts";
import { METACHARACTERS } from "./metacharacters.ts";
import { OTHER_PROJECTS } from "./other-projects.ts";
import { REALTIME } from "./realtime.ts";
import { SAME_MOMENT } from "./same-moment.ts";
import { SETTLING } from "./settling.ts";
import { TAMPERED_ROWS } from "./tampered-rows.ts";
import { TOKENS } from "./tokens.ts";

/** Every class of attack, in the order in which they come. The last one leaves rows behind that no rule allows. */
export const CLASSES: Record<string, Attack[]> = {
  metacharacters: METACHARACTERS,
  tokens: TOKENS,
  "direct calls": DIRECT_CALLS,
  settling: SETTLING,
  kinds: KINDS,
  "other projects": OTHER_PROJECTS,
  "hidden rows": HIDDEN_ROWS,
  realtime: REALTIME,
  accounts: ACCOUNTS,
  bodies: BODIES,
  "idempotency keys": IDEMPOTENCY,
  "at the same moment": SAME_MOMENT,
  "tampered rows": TAMPERED_ROWS,
};
