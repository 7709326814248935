import { Hono } from "hono";
import pg from "pg";
import { z } from "zod";
import { createAdminRoutes } from "./auth-admin.ts";
import { AuthError } from "./auth-error.ts";
import {
  createSession,
  endSessions,
  refreshSession,
  type Session,
  type SessionContext,
  verifyAccessToken,
} from "./auth-sessions.ts";
import { type AuthUser, type Credentials, createUser, credentials, findUserByEmail, signIn } from "./auth-users.ts";

export type AuthOptions = {
  /** As superuser: the tables are in the schema auth. */
  databaseUrl: string;
  jwtSecret: string;
  /** Goes into the claim `iss`: `<API URL>/auth/v1`. */
  issuer: string;
  /** Off by default: whoever signs up is `authenticated`. */
  allowSignUp: boolean;
};

export type Auth = {
  /** Answers a request whose path begins after `/auth/v1`. */
  fetch(request: Request): Promise<Response>;
  /** @throws AuthError `user_already_exists` */
  createUser(credentials: Credentials): Promise<AuthUser>;
  findUser(email: string): Promise<AuthUser | undefined>;
  /** Signs a user in without a password, for an address that carries the session to a browser. */
  createSession(user: AuthUser): Promise<Session>;
  stop(): Promise<void>;
};

/** The part of Supabase Auth that the product needs. Not here: magic links, MFA, providers, recovery. */
export function startAuth({ databaseUrl, jwtSecret, issuer, allowSignUp }: AuthOptions): Auth {
  const database = new pg.Pool({ connectionString: databaseUrl, max: 4, allowExitOnIdle: true });
  // An idle connection that Postgres closes is replaced by the next query, which reports what is wrong.
  database.on("error", () => undefined);
  const context: SessionContext = { database, jwtSecret, issuer };

  const app = new Hono();
  app.get("/health", (c) =>
    c.json({ name: "GoTrue", version: "local", description: "Local stand-in for Supabase Auth" }),
  );
  app.get("/settings", (c) =>
    c.json({ external: { email: true, phone: false }, disable_signup: !allowSignUp, mailer_autoconfirm: true }),
  );
  app.get("/.well-known/jwks.json", (c) => c.json({ keys: [] }));
  app.post("/token", async (c) => {
    const body: unknown = await c.req.json();
    switch (c.req.query("grant_type")) {
      case "password":
        return c.json(await createSession(context, await signIn(database, readCredentials(body))));
      case "refresh_token":
        return c.json(await refreshSession(context, z.object({ refresh_token: z.string() }).parse(body).refresh_token));
      default:
        throw new AuthError("unsupported_grant_type", { status: 400, code: "invalid_credentials" });
    }
  });
  app.post("/signup", async (c) => {
    if (!allowSignUp)
      throw new AuthError("Signups not allowed for this instance", { status: 422, code: "signup_disabled" });
    const wanted = credentials.parse(await c.req.json());
    return c.json(await createSession(context, await createUser(database, wanted)));
  });
  app.get("/user", async (c) => c.json((await caller(context, c.req.raw)).user));
  app.post("/logout", async (c) => {
    const scope = z.enum(["local", "others", "global"]).default("global").parse(c.req.query("scope"));
    await endSessions(context, await caller(context, c.req.raw), scope);
    return c.body(null, 204);
  });
  app.route("/admin", createAdminRoutes(context));
  app.notFound((c) => c.json({ code: 404, error_code: "not_found", msg: "Not available in the local stack" }, 404));
  app.onError((error, c) => {
    if (error instanceof AuthError) {
      return c.json({ code: error.status, error_code: error.code, msg: error.message }, error.status);
    }
    if (error instanceof SyntaxError) {
      return c.json({ code: 400, error_code: "bad_json", msg: "Could not parse request body as JSON" }, 400);
    }
    if (error instanceof z.ZodError) {
      return c.json({ code: 400, error_code: "validation_failed", msg: z.prettifyError(error) }, 400);
    }
    return c.json({ code: 500, error_code: "unexpected_failure", msg: error.message }, 500);
  });

  return {
    fetch: async (request) => app.fetch(request),
    createUser: (wanted) => createUser(database, credentials.parse(wanted)),
    findUser: (email) => findUserByEmail(database, email),
    createSession: (user) => createSession(context, user),
    stop: () => database.end(),
  };
}

/** What cannot be a password is a wrong one: the answer must not say which. */
function readCredentials(body: unknown): Credentials {
  const parsed = credentials.safeParse(body);
  if (!parsed.success) throw new AuthError("Invalid login credentials", { status: 400, code: "invalid_credentials" });
  return parsed.data;
}

async function caller(context: SessionContext, request: Request) {
  const token = /^Bearer (?<token>.+)$/i.exec(request.headers.get("authorization") ?? "")?.groups?.["token"];
  if (token === undefined) {
    throw new AuthError("This endpoint requires a valid Bearer token", { status: 401, code: "no_authorization" });
  }
  return await verifyAccessToken(context, token);
}
