import type { Fault } from "../fault.ts";
import { killsAtPoints } from "./kill-at-a-point.ts";

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [...killsAtPoints];
