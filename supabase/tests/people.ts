import type { Caller, TestDatabase } from "../../dev/testing/test-database.ts";
import { PROJECT } from "./road.ts";

/** Those who belong to the project, one of each role. Nobody of road.ts does. */
const person = (digit: string) =>
  ({
    role: "authenticated",
    sub: `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`,
  }) satisfies Caller;
export const viewer = person("3");
export const operator = person("4");
export const owner = person("5");

export async function seedMembers(database: TestDatabase, project = PROJECT): Promise<void> {
  await database.query(
    "insert into public.project_members (project_id, user_id, role) values ($1, $2, 'viewer'), ($1, $3, 'operator'), ($1, $4, 'owner')",
    [project, viewer.sub, operator.sub, owner.sub],
  );
  // That they came leaves a trace, which is nothing that these tests did.
  await database.query("delete from public.activities where type = 'member_added'");
}

/** Past the checks of set_access_mode, which have tests of their own. */
export async function setMode(database: TestDatabase, mode: "open" | "members"): Promise<void> {
  await database.query("update private.settings set value = to_jsonb($1::text) where key = 'access_mode'", [mode]);
}
