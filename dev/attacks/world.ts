import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { writeConfig } from "../fakes/openclaw/config-file.ts";
import { startStack } from "../stack/index.ts";
import { testCluster } from "../testing/test-cluster.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import { CLAIM_TOKEN, OWNERS_KEY, PROJECTS, PUBLIC_KEY, SECRET, VICTIMS_SQL } from "./victims.ts";

const member = (project: string, role: string) =>
  `insert into public.project_members (project_id, user_id, role) values ('${project}', $1, '${role}')`;
const machine = (executor: string, revokedAt: string) =>
  `insert into private.executor_credentials (user_id, executor_id, revoked_at) values ($1, '${executor}', ${revokedAt})`;

/** Those with an account, and what makes them more than somebody who signed up. */
const PEOPLE = {
  stranger: "select $1::uuid",
  owner: member(PROJECTS.victim, "owner"),
  viewer: member(PROJECTS.victim, "viewer"),
  neighbour: member(PROJECTS.neighbour, "owner"),
  machine: machine("mini", "null"),
  "other machine": machine("other", "null"),
  "revoked machine": machine("mini", "now()"),
} as const;

type Person = keyof typeof PEOPLE;
/** `public` has the publishable key and `anon key` the JWT that does the same; `nobody` has not even that. */
export type Who = Person | "nobody" | "public" | "anon key" | "service role";

const session = z.object({ access_token: z.string(), user: z.object({ id: z.uuid() }) });
const PASSWORD = "a long password";

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The whole system with its victims in it: gateway, function in Deno, PostgREST, Realtime, Auth, and a Mac mini's disk. */
export async function startWorld() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "hatchery-attacks-")));
  const database = await createTestDatabase();
  await database.query(VICTIMS_SQL);
  const stack = await startStack({
    stateDir: join(folder, "stack"),
    databaseName: database.name,
    postgres: testCluster(),
    realtime: "immediate",
    allowSignUp: true,
  });
  const mac = join(folder, "mac");
  const home = join(mac, "home");
  await furnish(home);

  async function signUp(name: string) {
    const response = await fetch(`${stack.apiUrl}/auth/v1/signup`, {
      method: "POST",
      headers: { apikey: stack.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email: `${name.replace(" ", "-")}@example.com`, password: PASSWORD }),
    });
    const { access_token: token, user } = session.parse(await response.json());
    return { id: user.id, token };
  }
  const people = new Map<string, Awaited<ReturnType<typeof signUp>>>();
  for (const [name, sql] of Object.entries(PEOPLE)) {
    const person = await signUp(name);
    await database.query(sql, [person.id]);
    people.set(name, person);
  }
  function personOf(name: Person) {
    const person = people.get(name);
    if (person === undefined) throw new Error(`Nobody is called ${name}`);
    return person;
  }

  function headersOf(who: Who): Record<string, string> {
    const apikey = stack.publishableKey;
    switch (who) {
      case "nobody":
        return {};
      case "public":
        return { apikey };
      case "anon key":
        return { apikey: stack.anonKey, authorization: `Bearer ${stack.anonKey}` };
      case "service role":
        return { apikey: stack.secretKey };
      default:
        return { apikey, authorization: `Bearer ${personOf(who).token}` };
    }
  }

  /** What was asked for before the attacks began, under keys that others will try. */
  for (const [who, key, name] of [
    ["owner", OWNERS_KEY, "Owned"],
    ["public", PUBLIC_KEY, "Public"],
  ] as const) {
    await fetch(`${stack.apiUrl}/functions/v1/provision-agent`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key, ...headersOf(who) },
      body: JSON.stringify({ projectId: PROJECTS.victim, displayName: name, roleShort: "Front desk" }),
    });
  }

  const atFirst: { outsider: "public" | "stranger" } = { outsider: "public" };
  return {
    stack,
    database,
    personOf,
    headersOf,
    /** Who attacks, where the attack does not say. */
    ...atFirst,
    /** Of the Mac mini: everything on it, and the folder that holds `.openclaw`. */
    mac,
    home,
    /** What the executor keeps for itself, beside what is watched. */
    executorState: join(folder, "executor"),
    /** No answer to an attack holds one of these. */
    secrets: [SECRET, CLAIM_TOKEN, OWNERS_KEY, stack.secretKey, stack.serviceRoleKey, stack.jwtSecret],
    setMode: (mode: "open" | "members") =>
      database.query("update private.settings set value = to_jsonb($1::text) where key = 'access_mode'", [mode]),
    /** One entry a line. */
    readFunctionLog: async () =>
      (await readFile(join(folder, "stack", "logs", "function-provision-agent.log"), "utf8")).split("\n"),
    async stop() {
      await stack.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A Mac with somebody's files on it, and an OpenClaw that holds the main agent and Ricky. */
async function furnish(home: string): Promise<void> {
  const openclaw = join(home, ".openclaw");
  const files = {
    [join(home, ".ssh", "authorized_keys")]: "ssh-ed25519 mine",
    [join(home, ".zshrc")]: "# mine",
    [join(openclaw, "credentials.json")]: "{}",
    [join(openclaw, "workspace", "SOUL.md")]: "I am Trunks",
    [join(openclaw, "workspace-ricky", "SOUL.md")]: "I am Ricky",
    [join(home, "..", "elsewhere", "SOUL.md")]: "I am none of your business",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, text);
  }
  const workspaces = { main: join(openclaw, "workspace"), ricky: join(openclaw, "workspace-ricky") };
  const entries = Object.fromEntries(
    Object.entries(workspaces).map(([id, workspace]) => [id, { name: id, workspace, identity: { name: id } }]),
  );
  writeConfig(openclaw, { agents: { entries } });
}
