import type { Fault } from "../fault.ts";
import { answers } from "./answers.ts";
import { misbehavingCli } from "./cli.ts";
import { clocks } from "./clock.ts";
import { diskFull } from "./disk-full.ts";
import { gatewayFaults } from "./gateway.ts";
import { killsAtPoints, killsInLaterLives } from "./kill-at-a-point.ts";
import { threeExecutors } from "./many-executors.ts";
import { memoryFaults } from "./memory.ts";
import { nightAsleep } from "./night-asleep.ts";
import { openclawAway } from "./openclaw-away.ts";
import { outages } from "./outages.ts";
import { outlivingChild } from "./outliving-child.ts";
import { poison } from "./poison.ts";
import { randomKills } from "./random-kills.ts";
import { realOpenclaw } from "./real-openclaw.ts";
import { realtimeFaults } from "./realtime.ts";
import { rivalOfTheDead } from "./rival.ts";
import { suspension, terminations } from "./signals.ts";
import { twoDaemons } from "./two-daemons.ts";

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  ...killsAtPoints,
  ...killsInLaterLives,
  ...gatewayFaults,
  randomKills,
  outlivingChild,
  rivalOfTheDead,
  ...realOpenclaw,
  suspension,
  ...terminations,
  ...answers,
  ...outages,
  ...realtimeFaults,
  ...clocks,
  diskFull,
  ...poison,
  ...misbehavingCli,
  ...openclawAway,
  threeExecutors,
  ...twoDaemons,
  nightAsleep,
  ...memoryFaults,
];
