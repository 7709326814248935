import { type Attack, agents } from "../attack.ts";
import { call, create, FUNCTION, rest } from "../send.ts";
import { PROJECTS, REQUESTS } from "../victims.ts";

/** What means something to a shell, SQL, a path, a template, a browser, a filter or a terminal. */
const PRINTABLE = {
  "a quote of SQL": "'); drop table public.agents; --",
  "a dollar quote of SQL": "$$; delete from public.agents; $$",
  "a command of a shell": '$(touch pwned) `touch pwned`; touch pwned & "$HOME"',
  "an option of a command": "--workspace=/etc",
  "a path": "../../../elsewhere/SOUL.md",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that it stays as it is written is what is tried.
  "a template": "${process.env.HOME} {{agentId}} $& $1 %s%n",
  "a filter": "x),or=(id.not.is.null),and=(a.eq.1",
  markup: "<img src=x onerror=alert(1)>",
  "the end of a JSON text": '"},"provisioned":true,"x":{"y":"',
  "a prototype": "__proto__",
};
/** What Postgres can hold in no text. */
const BROKEN = { "a NUL": "a\u0000b", "half a character": "a\ud83e" };
const VISIBLE_TO_NONE = {
  "a line break": "a\r\nX-Injected: 1",
  "an escape": "a\u001b[2Jb",
  "a turn of the writing": "a\u202Eb",
};
const UNPRINTABLE = { ...BROKEN, ...VISIBLE_TO_NONE };
const ALL = { ...PRINTABLE, ...UNPRINTABLE };

const plain = { projectId: PROJECTS.lobby, displayName: "Plain" };
const invalid = { status: 400, code: "invalid_request" };

/** Each text in this field, with what comes of it. */
const inField = (
  field: string,
  texts: Record<string, string>,
  {
    toValue = (text: string): unknown => text,
    ...outcome
  }: Pick<Attack, "answer" | "adds"> & { toValue?: (text: string) => unknown },
): Attack[] =>
  Object.entries(texts).map(([what, text]) => ({
    name: `${what} as ${field}`,
    attempt: create({ ...plain, [field]: toValue(text) }),
    ...outcome,
  }));

/** A name is only a name: it is stored as it was said. Whether it stays one on the Mac mini is asked at tampered rows. */
const asName: Attack[] = Object.entries(PRINTABLE).map(([what, text]) => ({
  name: `${what} as displayName and roleShort`,
  attempt: async (world) => {
    const { status } = await create({ ...plain, displayName: text, roleShort: text })(world);
    const body = await world.database.query(
      `select a.name, a.role, r.display_name from public.agents as a
       join public.agent_provision_requests as r using (project_id, agent_key)
       where a.project_id = $1 order by r.requested_at desc limit 1`,
      [PROJECTS.lobby],
    );
    return { status, body };
  },
  answer: { status: 202, body: [{ name: text, role: text, display_name: text }] },
  adds: agents(1),
}));

/** A caller with the public key may ask, and hears 404 or 401 of what is not theirs. */
const inPaths: Attack[] = Object.entries({
  "a quote of SQL": "%27%3B%20drop%20table%20x%3B--",
  "a path": "..%2f..%2f..%2fadmin",
  "a NUL": "%00",
  "half an escape": "%zz",
  "bytes that are not UTF-8": "%ff%fe",
  "a line break": "%0d%0aX-Injected:%201",
  "a filter": "id=not.is.null",
  "a UUID with more behind it": `${REQUESTS.queued}%27--`,
}).flatMap(([what, text]) => [
  {
    name: `${what} as the id of a request in the path`,
    attempt: call({ path: `${FUNCTION}/requests/${text}/cancel` }),
    answer: invalid,
  },
  {
    name: `${what} as the key of an agent in the path`,
    attempt: call({ as: "stranger", method: "DELETE", path: `${FUNCTION}/projects/${PROJECTS.lobby}/agents/${text}` }),
    answer: invalid,
  },
]);

const inHeaders: Attack[] = [
  {
    name: "a quote of SQL as Idempotency-Key",
    attempt: create(plain, { headers: { "idempotency-key": "' or true --" } }),
    answer: invalid,
  },
  {
    name: "a path as apikey",
    attempt: create(plain, { as: "nobody", headers: { apikey: "../../admin" } }),
    answer: { status: 401, code: "unauthorized" },
  },
  {
    name: "a quote of SQL as bearer",
    attempt: create(plain, { headers: { authorization: "Bearer '||(select)--" } }),
    answer: { status: 401, code: "unauthorized" },
  },
  {
    name: "another role in the headers that PostgREST might read",
    attempt: create(plain, {
      headers: {
        role: "service_role",
        "x-client-info": "'; set role postgres; --",
        "accept-profile": "private",
        prefer: "tx=rollback",
      },
    }),
    answer: { status: 202 },
    adds: agents(1),
  },
  {
    name: "another method in a header",
    attempt: create(plain, { method: "GET", headers: { "x-http-method-override": "POST" } }),
    answer: { status: 404, code: "not_found" },
  },
  {
    name: "another schema in the profile header",
    attempt: rest("settings", { headers: { "accept-profile": "private" } }),
    answer: { status: 406, code: "PGRST106" },
  },
];

const inQueries: Attack[] = [
  {
    name: "a function in a filter of PostgREST",
    attempt: rest("agent_provision_requests?select=id&id=eq.(select%20pg_sleep(9))"),
    answer: { status: 400, code: "22P02" },
  },
  {
    name: "a quote of SQL in an order of PostgREST",
    attempt: rest("agent_provision_requests?select=id&order=id%3Bdrop%20table%20public.agents"),
    answer: { status: 400, code: "PGRST100" },
  },
  {
    name: "a cast to a type of another schema",
    attempt: rest("agent_provision_requests?select=id::private.settings"),
    answer: { status: 400, code: "PGRST100" },
  },
];

export const METACHARACTERS: Attack[] = [
  ...asName,
  ...inField("displayName", UNPRINTABLE, { answer: invalid }),
  ...inField("roleShort", UNPRINTABLE, { answer: invalid }),
  ...inField("emoji", ALL, { answer: invalid }),
  ...inField("color", ALL, { answer: invalid }),
  ...inField("agentKey", ALL, { answer: invalid, toValue: (text) => `agent:${text}:main` }),
  ...inField("agentKey", ALL, { answer: invalid, toValue: (text) => `agent:plain:${text}` }),
  ...inField("executorId", ALL, { answer: invalid }),
  // An older dashboard may have given a project any id.
  ...inField("projectId", { ...PRINTABLE, ...VISIBLE_TO_NONE }, { answer: { status: 404, code: "project_not_found" } }),
  ...inField("projectId", BROKEN, { answer: invalid }),
  ...inPaths,
  ...inHeaders,
  ...inQueries,
];
