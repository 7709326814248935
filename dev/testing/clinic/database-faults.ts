import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { becomeInstance } from "../../../executor/instance.ts";
import { takeOpenclawHome } from "../../../executor/openclaw-home.ts";
import { beat, create } from "../../../supabase/tests/road.ts";
import type { ClinicMachine } from "./clinic.ts";
import type { ClinicFault } from "./fault.ts";

const MINUTE = 60_000;
const held = new WeakMap<ClinicMachine, Disposable>();

const sql = ({ world }: ClinicMachine, text: string, values?: unknown[]) => world.database.query(text, values);

/** The executor of this machine was heard a moment ago, in a process that has ended. */
async function beatOnce(machine: ClinicMachine, about: Record<string, unknown> = {}) {
  using instance = await becomeInstance(machine.stateDir);
  await beat(machine.world.database, machine.executorId, undefined, {
    instance: instance.id,
    replaces: instance.replaces,
    ...about,
  });
}

function letGo(machine: ClinicMachine) {
  held.get(machine)?.[Symbol.dispose]();
  held.delete(machine);
}

const silence = ({ world, executorId }: ClinicMachine) =>
  world.database.query("update public.executors set last_seen_at = now() - interval '1 hour' where id = $1", [
    executorId,
  ]);

const enrollAgain = async (machine: ClinicMachine) => {
  await sql(machine, "delete from private.executor_credentials where user_id = $1", [machine.userId]);
  await sql(machine, "insert into private.executor_credentials (user_id, executor_id) values ($1, $2)", [
    machine.userId,
    machine.executorId,
  ]);
};

const renamedFunction = (name: string) => ({
  plant: (machine: ClinicMachine) => sql(machine, `alter function public.${name} rename to ${name}_away`),
  undo: (machine: ClinicMachine) => sql(machine, `alter function public.${name}_away rename to ${name}`),
});

export const DATABASE_FAULTS: ClinicFault[] = [
  {
    name: "no database",
    found: { check: "database", level: "fail" },
    plant: ({ settings }) => {
      settings["SUPABASE_URL"] = "http://127.0.0.1:9";
    },
  },
  {
    name: "a credential that was revoked",
    found: { check: "credential", level: "fail" },
    plant: (machine) => sql(machine, "select public.revoke_executor($1)", [machine.executorId]),
    follow: enrollAgain,
  },
  {
    name: "a credential whose user is gone",
    found: { check: "credential", level: "fail" },
    plant: (machine) => sql(machine, "delete from auth.users where id = $1", [machine.userId]),
  },
  {
    name: "the credential of another executor",
    found: { check: "credential", level: "fail" },
    plant: ({ settings }) => {
      settings["EXECUTOR_ID"] = "somebody-else";
    },
  },
  {
    name: "a key that opens everything",
    found: { check: "credential", level: "warn" },
    plant: ({ settings, world }) => {
      settings["EXECUTOR_EMAIL"] = settings["EXECUTOR_PASSWORD"] = "";
      settings["SUPABASE_SERVICE_ROLE_KEY"] = world.stack.secretKey;
    },
  },
  {
    name: "a database without the migrations",
    found: { check: "contract", level: "fail" },
    plant: (machine) => sql(machine, "alter view public.access rename to access_away"),
    undo: (machine) => sql(machine, "alter view public.access_away rename to access"),
  },
  {
    name: "a database without a function",
    found: { check: "contract", level: "fail" },
    ...renamedFunction("record_heartbeat"),
  },
  {
    name: "tables that Realtime does not carry",
    found: { check: "realtime", level: "warn" },
    plant: (machine) =>
      sql(machine, "alter publication supabase_realtime drop table public.agent_provision_requests, public.agents"),
    follow: sql,
    undo: (machine) =>
      sql(
        machine,
        "alter publication supabase_realtime set table public.agent_provision_requests, public.agents, public.agent_status, public.brain_docs, public.brain_doc_disk, public.executors, public.executor_runtime",
      ),
  },
  {
    name: "a Realtime that refuses sockets",
    found: { check: "realtime", level: "warn" },
    plant: ({ edges }) => {
      edges.connectLive = async () => createClient("http://127.0.0.1:9", "key");
    },
  },
  {
    name: "a clock that is a minute ahead",
    found: { check: "clock", level: "warn" },
    plant: (machine) => {
      machine.clockAheadMs = MINUTE;
    },
  },
  {
    name: "a clock that is far behind",
    found: { check: "clock", level: "fail" },
    plant: (machine) => {
      machine.clockAheadMs = -10 * MINUTE;
    },
  },
  {
    name: "another machine under this id",
    found: { check: "processes", level: "fail" },
    plant: ({ world, executorId }) => beat(world.database, executorId, undefined, { instance: randomUUID() }),
    follow: silence,
  },
  {
    name: "another executor of this OpenClaw",
    found: { check: "processes", level: "fail" },
    async plant(machine) {
      const lock = await takeOpenclawHome(machine.home);
      held.set(machine, lock);
    },
    follow: letGo,
    undo: letGo,
  },
  {
    name: "an executor that claims nothing",
    found: { check: "queue", level: "fail" },
    plant: (machine) =>
      beatOnce(machine, { problem: { code: "runtime_lost_agents", message: "Lost", hint: "cp", since: "now" } }),
    follow: (machine) => beatOnce(machine),
  },
  {
    name: "a request that nobody takes",
    found: { check: "queue", level: "warn" },
    async plant(machine) {
      await beatOnce(machine);
      await create(machine.world.database, { id: machine.executorId, executor: machine.executorId });
      await sql(
        machine,
        "update public.agent_provision_requests set requested_at = now() - interval '1 hour', run_after = now() - interval '1 hour'",
      );
    },
    undo: ({ world }) => world.clear(),
  },
  {
    name: "a worker of an older dashboard",
    found: { check: "queue", level: "warn" },
    async plant(machine) {
      await beatOnce(machine);
      await create(machine.world.database, { id: machine.executorId, executor: machine.executorId });
      await sql(
        machine,
        `update public.agent_provision_requests set status = 'error', completed_at = now(), result = '{"error": "Timed out"}'`,
      );
    },
    undo: ({ world }) => world.clear(),
  },
];
