import { CREDENTIAL_FAULTS } from "./credential-faults.ts";
import { DATABASE_FAULTS } from "./database-faults.ts";
import type { ClinicFault } from "./fault.ts";
import { FOLDER_FAULTS } from "./folder-faults.ts";
import { NODE_FAULTS } from "./node-faults.ts";
import { OPENCLAW_FAULTS } from "./openclaw-faults.ts";
import { WORK_FAULTS } from "./work-faults.ts";

export const FAULTS = [
  ...[...NODE_FAULTS, ...OPENCLAW_FAULTS, ...FOLDER_FAULTS],
  ...[...CREDENTIAL_FAULTS, ...DATABASE_FAULTS, ...WORK_FAULTS],
];

/** One of each of 15 checks, each of its machine alone: many such machines may share a database. */
const CHOSEN = [
  ...["a Node of nvm", "a Mac that sleeps", "a workspace root that is a file", "a disk with little room"],
  ...["a state folder that others may read", "a credential that was revoked", "an executor of an older contract"],
  ...["a clock that is a minute ahead", "a Realtime that refuses sockets", "an OpenClaw that nobody has tested"],
  ...["a config that OpenClaw cannot read", "a gateway that does not run", "models without credentials"],
  ...["another executor of this OpenClaw", "a request that an executor leaves lying"],
];

const chosen = CHOSEN.map((wanted) => {
  const fault = FAULTS.find(({ name }) => name === wanted);
  if (fault === undefined) throw new Error(`There is no fault "${wanted}"`);
  return fault;
});

export const PAIRS: { one: ClinicFault; other: ClinicFault }[] = chosen.flatMap((one, index) =>
  chosen.slice(index + 1).map((other) => ({ one, other })),
);

/** Whether this one keeps that one from being found. */
export const hides = ({ hides: hidden }: ClinicFault, { found }: ClinicFault): boolean =>
  hidden?.checks.includes(found.check) ?? false;
