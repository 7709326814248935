import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@supabase/supabase-js";
import { credentialFile, readConfig } from "../../../executor/config.ts";
import type { Patient } from "../../../executor/doctor/check.ts";
import { CHECKS } from "../../../executor/doctor/checks/index.ts";
import { diagnose } from "../../../executor/doctor/diagnose.ts";
import { createPatient } from "../../../executor/doctor/patient.ts";
import { writeEnvFile } from "../../../executor/env-file.ts";
import { plain404 } from "../../../executor/plain-404.ts";
import { readInstallation, thisPlace } from "../../../executor/service/installation.ts";
import { createMachine } from "../../../executor/service/machine.ts";
import { serviceManagerOf } from "../../../executor/service/service-manager.ts";
import { createSession } from "../../../executor/session.ts";
import type { Database } from "../../../supabase/database.types.ts";
import { type RunningGateway, startGateway } from "../../fakes/openclaw/gateway.ts";
import { FAKE_OPENCLAW } from "../../fakes/openclaw/sandbox.ts";
import { recordedLog, startExecutorStack } from "../executor-stack.ts";

type World = Awaited<ReturnType<typeof startExecutorStack>>;

/** A machine with an enrolled executor on which nothing is wrong, until somebody changes that. */
export interface ClinicMachine {
  world: World;
  executorId: string;
  home: string;
  stateDir: string;
  userId: string;
  gateway: RunningGateway;
  /** A folder that comes first on the PATH, with stand-ins for the system's commands. */
  bin: string;
  settings: Record<string, string>;
  /** What is otherwise than it looks here. */
  edges: Partial<Patient>;
}

const STATELESS = { persistSession: false, autoRefreshToken: false };
const SYSTEM = ["brew", "pmset", "sntp", "sudo", "timedatectl"];
const system = (name: string) => fileURLToPath(new URL(`../../fakes/system/${name}`, import.meta.url));
const clockFile = ({ bin }: Pick<ClinicMachine, "bin">) => join(bin, "clock-ahead");

export const setClockAhead = (machine: ClinicMachine, ms: number): Promise<void> =>
  writeFile(clockFile(machine), String(ms));

/** One Supabase for all its machines. */
export async function openClinic() {
  const world = await startExecutorStack({ realtime: "immediate", functions: true });
  const machines: ClinicMachine[] = [];
  let count = 0;

  return {
    world,

    async admit(): Promise<ClinicMachine> {
      count += 1;
      const [executorId, home] = [`mini-${count}`, await world.newHome()];
      const [stateDir, bin] = [join(home, ".hatchery"), join(home, "bin")];
      await mkdir(join(stateDir, "logs"), { recursive: true, mode: 0o700 });
      await writeFile(join(stateDir, "logs", "executor.log"), "", { mode: 0o600 });
      await mkdir(bin);
      for (const name of SYSTEM) await symlink(system(name), join(bin, name));
      await writeFile(join(bin, "openclaw"), `#!/bin/sh\nexec ${FAKE_OPENCLAW} "$@"\n`, { mode: 0o755 });
      const gateway = await startGateway(FAKE_OPENCLAW, home);
      await chmod(join(home, ".openclaw"), 0o700);
      await mkdir(join(home, "services"));
      const userId = await letIn(world, { executorId, stateDir });
      const settings = {
        ...{ STATE_DIR: stateDir, OPENCLAW_HOME: home, OPENCLAW_BIN: FAKE_OPENCLAW, PATH: `${bin}:/usr/bin:/bin` },
      };
      const machine = { world, executorId, home, stateDir, userId, gateway, bin, settings, edges: {} };
      machines.push(machine);
      return machine;
    },

    /** What all the checks say of it. */
    async examine(machine: ClinicMachine) {
      const { settings, edges } = machine;
      const clockAheadMs = Number(await readFile(clockFile(machine), "utf8").catch(() => 0));
      const config = readConfig(settings);
      const patient = await createPatient({
        config,
        ...connect(config),
        isItself: false,
        now: () => Date.now() + clockAheadMs,
      });
      return await diagnose(
        { ...patient, readInstallation: () => readInstallation(managerOf(machine)), ...edges },
        CHECKS,
      );
    },

    async close() {
      for (const { gateway } of machines) await gateway[Symbol.asyncDispose]();
      await world.stop();
    },
  };
}

/** As enrolling leaves it. */
async function letIn(
  { stack, database }: World,
  { executorId, stateDir }: Pick<ClinicMachine, "executorId" | "stateDir">,
): Promise<string> {
  const credentials = { email: `${executorId}@machines.example`, password: randomUUID() };
  const { id } = await stack.auth.createUser(credentials);
  await database.query("insert into private.executor_credentials (user_id, executor_id) values ($1, $2)", [
    id,
    executorId,
  ]);
  await writeEnvFile(credentialFile(stateDir), {
    ...{ SUPABASE_URL: stack.apiUrl, SUPABASE_PUBLISHABLE_KEY: stack.publishableKey },
    ...{ EXECUTOR_ID: executorId, EXECUTOR_EMAIL: credentials.email, EXECUTOR_PASSWORD: credentials.password },
  });
  return id;
}

/** Its project is another one, which lacks this chapter of the migrations and those after it. */
export async function moveToEarlierDatabase(machine: ClinicMachine, before: string): Promise<void> {
  machine.world = await startExecutorStack({ realtime: "immediate", before });
  machine.userId = await letIn(machine.world, machine);
}

/** What keeps services running there. */
export function managerOf({ home, bin }: ClinicMachine) {
  const place = { ...thisPlace(), home, env: { PATH: bin } };
  return serviceManagerOf(createMachine(place, { isDryRun: false, say: () => undefined, mask: (text) => text }));
}

/** As executor/main.ts connects. */
function connect({ supabaseUrl, credential }: ReturnType<typeof readConfig>) {
  const client = (key: string, send: typeof fetch) =>
    createClient<Database>(supabaseUrl, key, { auth: STATELESS, global: { fetch: plain404(send) } });
  if ("serviceRoleKey" in credential) {
    const key = credential.serviceRoleKey;
    return { database: client(key, fetch), connectLive: async () => client(key, fetch) };
  }
  const { publicKey, email, password } = credential;
  const auth = createClient(supabaseUrl, publicKey, { auth: STATELESS }).auth;
  const session = createSession({ auth, email, password, log: recordedLog().log });
  return {
    database: client(publicKey, session.fetch),
    connectLive: async () => createClient<Database>(supabaseUrl, publicKey, { accessToken: session.token }),
  };
}
