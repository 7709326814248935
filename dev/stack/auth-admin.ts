import { Hono } from "hono";
import { errors, jwtVerify } from "jose";
import { z } from "zod";
import { addUser, changeUser, listUsers, removeUser, userNotFound } from "./auth-admin-users.ts";
import { AuthError } from "./auth-error.ts";
import type { SessionContext } from "./auth-sessions.ts";
import { findUser } from "./auth-users.ts";

const pages = z.object({
  page: z.coerce.number().int().positive().catch(1),
  per_page: z.coerce.number().int().min(1).max(1000).catch(50),
});
const userId = z.uuid();

/** The routes under /admin, for the service role alone: users made, listed, changed and removed. */
export function createAdminRoutes({ database, jwtSecret }: SessionContext): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await requireServiceRole(c.req.header("authorization"), jwtSecret);
    await next();
  });
  app.post("/users", async (c) => c.json(await addUser(database, await c.req.json())));
  app.get("/users", async (c) => {
    const { page, per_page: perPage } = pages.parse(c.req.query());
    const { users, total } = await listUsers(database, { page, perPage });
    c.header("x-total-count", String(total));
    const last = Math.max(1, Math.ceil(total / perPage));
    const to = (number: number, rel: string) => `</admin/users?page=${number}&per_page=${perPage}>; rel="${rel}"`;
    c.header("link", [...(page < last ? [to(page + 1, "next")] : []), to(last, "last")].join(", "));
    return c.json({ users, aud: "authenticated" });
  });
  app.get("/users/:id", async (c) => {
    const user = await findUser(database, readId(c.req.param("id")));
    if (user === undefined) throw userNotFound();
    return c.json(user);
  });
  app.put("/users/:id", async (c) => c.json(await changeUser(database, readId(c.req.param("id")), await c.req.json())));
  app.delete("/users/:id", async (c) => {
    await removeUser(database, readId(c.req.param("id")));
    return c.json({});
  });
  return app;
}

function readId(id: string): string {
  const parsed = userId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new AuthError("user_id must be an UUID", { status: 404, code: "validation_failed", cause: parsed.error });
}

/** @throws AuthError as the hosted one does: `no_authorization`, `bad_jwt`, `not_admin`. */
async function requireServiceRole(authorization: string | undefined, jwtSecret: string): Promise<void> {
  const token = /^Bearer (?<token>.+)$/i.exec(authorization ?? "")?.groups?.["token"];
  if (token === undefined) {
    throw new AuthError("This endpoint requires a valid Bearer token", { status: 401, code: "no_authorization" });
  }
  const role = await jwtVerify(token, new TextEncoder().encode(jwtSecret), { algorithms: ["HS256"] }).then(
    ({ payload }) => payload["role"],
    (error: unknown) => {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new AuthError("invalid JWT: unable to parse or verify signature", {
        status: 403,
        code: "bad_jwt",
        cause: error,
      });
    },
  );
  if (role !== "service_role") throw new AuthError("User not allowed", { status: 403, code: "not_admin" });
}
