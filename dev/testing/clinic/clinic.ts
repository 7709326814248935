import { randomUUID } from "node:crypto";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@supabase/supabase-js";
import { readConfig } from "../../../executor/config.ts";
import type { Patient } from "../../../executor/doctor/check.ts";
import { CHECKS } from "../../../executor/doctor/checks/index.ts";
import { diagnose } from "../../../executor/doctor/diagnose.ts";
import { createPatient } from "../../../executor/doctor/patient.ts";
import { plain404 } from "../../../executor/plain-404.ts";
import { readInstallation } from "../../../executor/service/installation.ts";
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
  /** A folder that comes first on the PATH, with stand-ins for a Mac's commands. */
  bin: string;
  settings: Record<string, string>;
  /** What is otherwise than it looks here. */
  edges: Partial<Patient>;
  /** How far its clock is ahead, in ms. */
  clockAheadMs: number;
}

const STATELESS = { persistSession: false, autoRefreshToken: false };
const system = (name: string) => fileURLToPath(new URL(`../../fakes/system/${name}`, import.meta.url));

/** One Supabase for all its machines. */
export async function openClinic() {
  const world = await startExecutorStack({ realtime: "immediate" });
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
      for (const name of ["pmset", "sudo"]) await symlink(system(name), join(bin, name));
      const gateway = await startGateway(FAKE_OPENCLAW, home);
      await chmod(join(home, ".openclaw"), 0o700);
      const credentials = { email: `${executorId}@machines.example`, password: randomUUID() };
      const { id: userId } = await world.stack.auth.createUser(credentials);
      await world.database.query("insert into private.executor_credentials (user_id, executor_id) values ($1, $2)", [
        userId,
        executorId,
      ]);
      const settings = {
        ...{ SUPABASE_URL: world.stack.apiUrl, SUPABASE_PUBLISHABLE_KEY: world.stack.publishableKey },
        ...{ EXECUTOR_ID: executorId, EXECUTOR_EMAIL: credentials.email, EXECUTOR_PASSWORD: credentials.password },
        ...{ STATE_DIR: stateDir, OPENCLAW_HOME: home, OPENCLAW_BIN: FAKE_OPENCLAW, PATH: `${bin}:/usr/bin:/bin` },
      };
      const machine = { world, executorId, home, stateDir, userId, gateway, bin, settings, edges: {}, clockAheadMs: 0 };
      machines.push(machine);
      return machine;
    },

    /** What all the checks say of it. */
    async examine(machine: ClinicMachine) {
      const { settings, edges, clockAheadMs } = machine;
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

/** Launchd as it would be on a Mac with this home folder. */
export function managerOf({ home, bin }: ClinicMachine) {
  const place = { platform: "darwin" as const, home, uid: 501, user: "me", env: { PATH: bin } };
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
