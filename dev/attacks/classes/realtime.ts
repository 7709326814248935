import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import { vi } from "vitest";
import type { Attack } from "../attack.ts";
import { DOCUMENT, PROJECTS, REQUESTS } from "../victims.ts";
import type { Who, World } from "../world.ts";

type Wish = { schema?: string; table?: string; filter?: string };
/** How the server took it, and the values that came: those of a change without any are left out. */
type Heard = { status: string; values: object[] };

const patience = { timeout: 30_000, interval: 10 };

function connect(world: World, who: Who, token?: string): SupabaseClient {
  const { apikey = "", authorization } = world.headersOf(who);
  const bearer = token ?? authorization?.replace("Bearer ", "");
  const options = bearer === undefined ? { auth: { persistSession: false } } : { accessToken: async () => bearer };
  return createClient(world.stack.apiUrl, apikey, options);
}

/** Subscribes, and answers when the server has said whether changes flow. */
async function subscribe(client: SupabaseClient, topic: string, wish: Wish, config = {}): Promise<Heard> {
  const heard: Heard = { status: "", values: [] };
  const say = (status: string) => {
    heard.status ||= status;
  };
  client
    .channel(topic, { config })
    .on("postgres_changes", { event: "*", schema: "public", ...wish }, ({ new: row, old }) => {
      const values = { ...old, ...row };
      if (Object.keys(values).length > 0) heard.values.push(values);
    })
    .on("system", {}, ({ status }) => say(status))
    .subscribe((status) => status === "SUBSCRIBED" || say(status));
  await vi.waitFor(() => {
    if (heard.status === "") throw new Error("The server has not said yet whether changes flow");
  }, patience);
  return heard;
}

const ricky = "agent_key = 'agent:ricky:main'";
/** Of each table that Realtime carries a row of the victim's, and a column in which nothing is ever empty text. */
const CARRIED = {
  agents: { column: "color", row: ricky },
  agent_status: { column: "note", row: ricky },
  agent_provision_requests: { column: "cancel_requested_by", row: `id = '${REQUESTS.queued}'` },
  brain_docs: { column: "updated_by", row: ricky },
  brain_doc_disk: { column: "sha256", row: `doc_id = '${DOCUMENT}'` },
  executor_runtime: { column: "requested_at", row: "executor_id = 'mini'" },
  executors: { column: "platform", row: "id = 'mini'" },
};

/** Changes each of these rows, and back, so that afterwards everything is as it was. */
async function stir({ database }: World, nonce: string): Promise<void> {
  for (const [table, { column, row }] of Object.entries(CARRIED)) {
    const isTime = column.endsWith("_at");
    const there = isTime ? "now()" : `coalesce(${column}, '') || '${nonce}'`;
    const back = isTime ? "null" : `nullif(replace(${column}, '${nonce}', ''), '')`;
    for (const value of [there, back])
      await database.query(`update public.${table} set ${column} = ${value} where ${row}`);
  }
}

/** Subscribes as this caller, has rows of every table change, and answers what came. */
const listen =
  (who: Who, wish: Wish, { token, config = {}, before }: Options = {}): Attack["attempt"] =>
  async (world) => {
    const witness = connect(world, "service role");
    const attacker = connect(world, who, await token?.(world));
    try {
      const sees = await subscribe(witness, "witness", { table: "executors" });
      const heard = await subscribe(attacker, "attack", wish, config);
      await before?.(world);
      const nonce = crypto.randomUUID();
      await stir(world, nonce);
      await vi.waitFor(() => {
        if (!JSON.stringify(sees.values).includes(nonce)) throw new Error("The witness has not seen the change yet");
      }, patience);
      // Behind it, on the same socket, everything has come that was ever going to.
      if (heard.status === "ok") await subscribe(attacker, "after", { table: "agent_provision_requests" });
      return { status: heard.status, body: heard.values };
    } finally {
      await Promise.all([witness, attacker].map((client) => client.removeAllChannels()));
    }
  };
type Options = {
  token?: (world: World) => Promise<string>;
  config?: object;
  before?: (world: World) => Promise<unknown>;
};

const sign = (world: World, secret: string, expiresAt: number, role = "service_role") =>
  new SignJWT({ role, sub: world.personOf("owner").id })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));
const soon = () => Math.floor(Date.now() / 1000) + 600;

const NOT_CARRIED = ["project_members", "activities", "brain_doc_versions", "projects"];
const silence = { status: "ok", body: [] };

const among = (who: Who, wish: Wish, what: string): Attack => ({
  name: `${what}, by: ${who}`,
  mode: "members",
  attempt: listen(who, wish),
  answer: silence,
});

export const REALTIME: Attack[] = [
  ...Object.keys(CARRIED).map((table) => among("public", { table }, table)),
  ...Object.keys(CARRIED).map((table) => among("stranger", { table }, table)),
  among("public", { table: "*" }, "all tables at once"),
  among("stranger", {}, "a whole schema"),
  among("stranger", { schema: "*", table: "*" }, "every schema"),
  among("stranger", { table: "agents", filter: `project_id=eq.${PROJECTS.victim}` }, "another project's agents"),
  among("neighbour", { table: "agents", filter: `project_id=eq.${PROJECTS.victim}` }, "another project's agents"),
  among("neighbour", { table: "brain_docs" }, "another project's documents"),
  among("machine", { table: "agents" }, "agents"),
  among("machine", { table: "executors" }, "executors"),
  among("other machine", { table: "brain_docs" }, "mini's documents"),
  among("other machine", { table: "executor_runtime", filter: "executor_id=eq.mini" }, "mini's list"),
  among("other machine", { table: "agent_provision_requests", filter: "executor_id=eq.mini" }, "mini's requests"),
  among("revoked machine", { table: "agent_provision_requests" }, "requests"),
  {
    ...among("revoked machine", { table: "agent_provision_requests" }, "requests while all is open"),
    mode: "open",
  },
  ...NOT_CARRIED.map(
    (table): Attack => ({
      name: `${table}, which Realtime does not carry`,
      attempt: listen("stranger", { table }),
      answer: { status: "error", body: [] },
    }),
  ),
  ...["private", "auth"].map(
    (schema): Attack => ({
      name: `the schema ${schema}`,
      attempt: listen("stranger", { schema, table: "*" }),
      answer: { status: "error", body: [] },
    }),
  ),
  {
    name: "a column that the caller may not read, by a filter",
    attempt: listen("public", { table: "agents", filter: "name=eq.Ricky" }),
    answer: { status: "error", body: [] },
  },
  {
    name: "SQL in a filter",
    attempt: listen("public", { table: "agent_provision_requests", filter: "id=eq.' or true --" }),
    answer: { status: "error", body: [] },
  },
  {
    name: "the service role by a token with a signature of one's own",
    attempt: listen(
      "public",
      { table: "agents" },
      { token: (world) => sign(world, "a secret of one's own, and long", soon()) },
    ),
    answer: { status: "CHANNEL_ERROR", body: [] },
  },
  {
    name: "the service role by a token that has expired",
    attempt: listen(
      "public",
      { table: "agents" },
      { token: (world) => sign(world, world.stack.jwtSecret, soon() - 3600) },
    ),
    answer: { status: "CHANNEL_ERROR", body: [] },
  },
  {
    name: "a private channel",
    attempt: listen("stranger", { table: "agents" }, { config: { private: true } }),
    answer: { status: "CHANNEL_ERROR", body: [] },
  },
  {
    name: "what a member heard, after their membership has ended",
    mode: "members",
    attempt: async (world) => {
      const fill = "insert into public.project_members (project_id, user_id, role) values ($1, $2, 'viewer')";
      const empty = "delete from public.project_members where project_id = $1 and user_id = $2";
      const place = [PROJECTS.victim, world.personOf("stranger").id];
      await world.database.query(fill, place);
      return await listen("stranger", { table: "agents" }, { before: () => world.database.query(empty, place) })(world);
    },
    answer: silence,
    // That the membership began and ended, which the owner did.
    adds: { "public.activities": 2 },
  },
];
