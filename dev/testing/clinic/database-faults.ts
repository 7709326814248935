import { createClient } from "@supabase/supabase-js";
import { migrate } from "../../database/migrate.ts";
import { type ClinicMachine, moveToEarlierDatabase, setClockAhead } from "./clinic.ts";
import { changeCredential } from "./credential-faults.ts";
import type { ClinicFault } from "./fault.ts";
import { inShell } from "./in-shell.ts";
import { patiently } from "./patiently.ts";

const MINUTE = 60_000;
const REALTIME_TABLES = ["agent_provision_requests", "agents", "agent_status", "brain_docs", "brain_doc_disk"]
  .concat(["executors", "executor_runtime"])
  .map((table) => `public.${table}`)
  .join(", ");

const sql = ({ world }: ClinicMachine, text: string) => world.database.query(text);

/** As a chapter does that changes the contract. */
const setContractVersion = (from: number, to: number) => (machine: ClinicMachine) =>
  sql(
    machine,
    `do $do$ begin execute replace(
       pg_get_functiondef('private.examine_executor'::regproc),
       $$'contractVersion', ${from}$$, $$'contractVersion', ${to}$$
     ); end $do$`,
  );

export const DATABASE_FAULTS: ClinicFault[] = [
  {
    name: "no database",
    found: { check: "database", level: "fail", says: "The database cannot be used: no answer" },
    plant: (machine) => changeCredential(machine, { SUPABASE_URL: "http://127.0.0.1:9" }),
    follow: (machine) => changeCredential(machine, { SUPABASE_URL: machine.world.stack.apiUrl }),
  },
  {
    name: "a database of an earlier version",
    found: { check: "contract", level: "fail", says: "migrations were not applied" },
    plant: (machine) => moveToEarlierDatabase(machine, "20261122000035_doctor.sql"),
    async follow({ world, executorId }) {
      await migrate(world.database.url);
      await patiently(async () => {
        const { status } = await world.connect().rpc("examine_executor", { executor: executorId, functions: [] });
        if (status === 404) throw new Error("The API has not seen yet what was migrated");
      });
    },
    undo: ({ world }) => world.stop(),
  },
  {
    name: "a database without a function",
    found: { check: "contract", level: "fail", says: "lacks functions of this executor: record_heartbeat" },
    plant: (machine) => sql(machine, "alter function public.record_heartbeat rename to record_heartbeat_away"),
    // As the chapter does that makes it.
    follow: (machine) => sql(machine, "alter function public.record_heartbeat_away rename to record_heartbeat"),
  },
  {
    name: "an executor of an older contract",
    found: { check: "contract", level: "fail", says: "version 1 of the contract, and this executor 0" },
    plant: ({ edges }) => {
      edges.contractVersion = 0;
    },
    // The update is this checkout.
    follow: ({ edges }) => {
      delete edges.contractVersion;
    },
  },
  {
    name: "an executor of a newer contract",
    found: { check: "contract", level: "fail", says: "version 1 of the contract, and this executor 2" },
    plant: ({ edges }) => {
      edges.contractVersion = 2;
    },
    follow: setContractVersion(1, 2),
    undo: setContractVersion(2, 1),
  },
  {
    name: "tables that Realtime does not carry",
    found: { check: "realtime", level: "warn", says: "does not carry agent_provision_requests, agents" },
    plant: (machine) =>
      sql(machine, "alter publication supabase_realtime drop table public.agent_provision_requests, public.agents"),
    follow: sql,
    undo: (machine) => sql(machine, `alter publication supabase_realtime set table ${REALTIME_TABLES}`),
  },
  {
    name: "a Realtime that refuses sockets",
    found: { check: "realtime", level: "warn", says: "Realtime does not work" },
    plant: ({ edges }) => {
      edges.connectLive = async () => createClient("http://127.0.0.1:9", "key");
    },
    // Nothing blocks WebSockets any more.
    follow: ({ edges }) => {
      delete edges.connectLive;
    },
  },
  {
    name: "a clock that is a minute ahead",
    found: { check: "clock", level: "warn", says: "clock is 60 s ahead" },
    plant: (machine) => setClockAhead(machine, MINUTE),
    follow: inShell,
  },
  {
    name: "a clock that is far behind",
    found: { check: "clock", level: "fail", says: "clock is 600 s behind" },
    plant: (machine) => setClockAhead(machine, -10 * MINUTE),
    follow: inShell,
  },
];
