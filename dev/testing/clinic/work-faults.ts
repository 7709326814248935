import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createConfigCopies } from "../../../executor/config-copies.ts";
import { becomeInstance } from "../../../executor/instance.ts";
import { createLostAgents } from "../../../executor/lost-agents.ts";
import { beat, create } from "../../../supabase/tests/road.ts";
import { silent } from "../../fakes/openclaw/sandbox.ts";
import type { ClinicMachine } from "./clinic.ts";
import type { ClinicFault } from "./fault.ts";
import { inShell } from "./in-shell.ts";
import { serviceWorks, uninstallService } from "./node-faults.ts";
import { patiently } from "./patiently.ts";

const OPENCLAW_HOME = fileURLToPath(new URL("../../../executor/openclaw-home.ts", import.meta.url));
const holders = new WeakMap<ClinicMachine, ChildProcess>();

/** The executor of this machine was heard a moment ago, in a process that has ended. */
async function beatOnce(machine: ClinicMachine, about: Record<string, unknown> = {}) {
  using instance = await becomeInstance(machine.stateDir);
  await beat(machine.world.database, machine.executorId, undefined, {
    instance: instance.id,
    replaces: instance.replaces,
    ...about,
  });
}

const silence = ({ world, executorId }: ClinicMachine) =>
  world.database.query("update public.executors set last_seen_at = now() - interval '1 hour' where id = $1", [
    executorId,
  ]);

const changeRequests = ({ world, executorId }: ClinicMachine, changes: string) =>
  world.database.query(`update public.agent_provision_requests set ${changes} where executor_id = $1`, [executorId]);

/** One that this executor could take. */
async function leaveRequest(machine: ClinicMachine, changes: string): Promise<void> {
  await beatOnce(machine);
  await create(machine.world.database, { id: machine.executorId, executor: machine.executorId });
  await changeRequests(machine, changes);
}

const AN_HOUR_AGO = "requested_at = now() - interval '1 hour', run_after = now() - interval '1 hour'";

const requestIsDone = ({ world, executorId }: ClinicMachine) =>
  patiently(async () => {
    const done = await world.database.query(
      "select from public.agent_provision_requests where executor_id = $1 and status = 'done'",
      [executorId],
    );
    if (done.length === 0) throw new Error("The request is not done");
  });

/** A process that keeps the OpenClaw of this machine for itself. */
async function holdOpenclaw(machine: ClinicMachine): Promise<void> {
  const [from, home] = [JSON.stringify(OPENCLAW_HOME), JSON.stringify(machine.home)];
  const script = `globalThis.lock = await (await import(${from})).takeOpenclawHome(${home}); console.log("held"); setInterval(() => {}, 1000)`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  holders.set(machine, holder);
  await once(holder.stdout, "data");
}

async function holderEnded(machine: ClinicMachine): Promise<void> {
  const holder = holders.get(machine);
  if (holder && holder.exitCode === null && holder.signalCode === null) await once(holder, "exit");
}

/** What an executor says that has lost an agent. */
async function loseAgents({ home, stateDir }: ClinicMachine) {
  const config = join(home, ".openclaw", "openclaw.json");
  const folder = join(stateDir, "openclaw-config");
  await createConfigCopies({ config, folder }).take();
  const [copy = ""] = await readdir(folder);
  const lost = createLostAgents({
    ...{ file: join(stateDir, "openclaw-lost-agents.json"), config, log: silent },
    findCopy: async () => join(folder, copy),
  });
  await lost.record(["ricky"]);
  const refusal = await lost.refusal();
  return { code: refusal?.code, message: refusal?.message, hint: refusal?.hint, since: "now" };
}

export const WORK_FAULTS: ClinicFault[] = [
  {
    name: "another machine under this id",
    found: { check: "processes", level: "fail", says: "Another process, of another STATE_DIR or machine" },
    plant: ({ world, executorId }) => beat(world.database, executorId, undefined, { instance: randomUUID() }),
    // The other was stopped, and time passes.
    follow: silence,
  },
  {
    name: "a copy of another machine's folder",
    found: { check: "processes", level: "fail", says: "works as mini-" },
    plant: ({ world, executorId }) => beat(world.database, executorId, undefined, { instance: randomUUID() }),
    async follow(machine, hint) {
      const [, setting = "", command = ""] = /id of its own in (\w+), and then (.+)$/.exec(hint) ?? [];
      machine.settings[setting] = `${machine.executorId}-too`;
      await inShell(machine, command);
    },
  },
  {
    name: "another executor of this OpenClaw",
    found: { check: "processes", level: "fail", says: "Another executor works with the OpenClaw" },
    plant: holdOpenclaw,
    async follow(machine, hint) {
      await inShell(machine, hint);
      await holderEnded(machine);
    },
    async undo(machine) {
      holders.get(machine)?.kill();
      await holderEnded(machine);
    },
  },
  {
    name: "an executor that claims nothing",
    found: { check: "queue", level: "fail", says: "Nothing is claimed: OpenClaw has lost the agent ricky" },
    plant: async (machine) => beatOnce(machine, { problem: await loseAgents(machine) }),
    async follow(machine, hint) {
      await inShell(machine, /^Restore them: (cp '[^']+' '[^']+')\./.exec(hint)?.[1] ?? "false");
      // "Then it goes on by itself"
      await beatOnce(machine);
    },
  },
  {
    name: "a request that an executor leaves lying",
    found: { check: "queue", level: "warn", says: "A request has waited for 60 minutes" },
    plant: (machine) => leaveRequest(machine, AN_HOUR_AGO),
    async follow(machine, hint) {
      const [, logs = "false"] = /^Read its log: (.+?)\. .* start the executor anew$/.exec(hint) ?? [];
      await inShell(machine, logs);
      await inShell(machine, "npm run executor -- once");
    },
  },
  {
    name: "a request while no executor runs",
    found: { check: "queue", level: "warn", says: "A request has waited for 60 minutes" },
    async plant(machine) {
      await leaveRequest(machine, AN_HOUR_AGO);
      await silence(machine);
    },
    async follow(machine, hint) {
      // It does not run, so that status ends with 1; and says what to do.
      const said = await inShell(machine, `${hint} || true`);
      await inShell(machine, /-> (npm run executor -- \w+)$/m.exec(said)?.[1] ?? "false");
      await serviceWorks(machine);
      await requestIsDone(machine);
    },
    undo: uninstallService,
  },
  {
    name: "a worker of an older dashboard",
    found: { check: "queue", level: "warn", says: "Something that is no executor has ended 1 of" },
    plant: (machine) =>
      leaveRequest(machine, `status = 'error', completed_at = now(), result = '{"error": "Timed out"}'`),
    // It was stopped, and "a day after its last request this is not said any more".
    follow: (machine) => changeRequests(machine, "completed_at = completed_at - interval '1 day'"),
  },
];
