import type { Check, Machine } from "../check.ts";
import { clockCheck, contractCheck, credentialCheck, databaseCheck } from "./database.ts";
import { diskCheck, stateFolderCheck, workspaceRootCheck } from "./folders.ts";
import { nodeCheck, openclawNodeCheck } from "./node.ts";
import { gatewayCheck, modelsCheck, openclawCheck, openclawConfigCheck } from "./openclaw.ts";
import { permissionsCheck } from "./permissions.ts";
import { processesCheck } from "./processes.ts";
import { queueCheck } from "./queue.ts";
import { realtimeCheck } from "./realtime.ts";
import { serviceCheck } from "./service.ts";
import { settingsCheck } from "./settings.ts";
import { sleepCheck } from "./sleep.ts";

/** What can be looked at even with wrong settings. */
export const MACHINE_CHECKS: readonly Check<Machine>[] = [nodeCheck, sleepCheck];

/** In the order of what rests on what. */
export const CHECKS: readonly Check[] = [
  settingsCheck,
  ...MACHINE_CHECKS,
  stateFolderCheck,
  workspaceRootCheck,
  diskCheck,
  permissionsCheck,
  databaseCheck,
  credentialCheck,
  contractCheck,
  clockCheck,
  realtimeCheck,
  openclawCheck,
  openclawNodeCheck,
  openclawConfigCheck,
  gatewayCheck,
  modelsCheck,
  serviceCheck,
  processesCheck,
  queueCheck,
];
