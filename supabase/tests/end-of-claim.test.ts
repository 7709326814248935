import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { adopt, cancel, claimOne, complete, listed, publish, report } from "./life.ts";
import { beat, create, fail, MINI, requestRow, seedProject, service } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

const renew = async ({ id, token }: { id: string; token: string }) => {
  const [answer] = await database.queryAs(service, "select * from public.renew_provision_lease($1, $2)", [id, token]);
  return answer;
};

it("what was called off is lost to a success and to a failure, and a renewal says why as often as it is asked", async () => {
  await create(database);
  const claimed = await claimOne(database);
  await cancel(database, claimed.id);
  const calledOff = { held: false, cancel_requested: true };
  expect(await renew(claimed)).toEqual(calledOff);
  expect(await renew(claimed)).toEqual(calledOff);
  expect(await complete(database, claimed, [listed("ricky")])).toBe("lost");
  expect(await fail(database, claimed.id, claimed.token)).toBe("lost");
  expect(await requestRow(database, claimed.id)).toMatchObject({ status: "error", result: { code: "cancelled" } });
  expect(await database.query("select provisioned from public.agents")).toEqual([{ provisioned: false }]);
});

it("an adoption that is called off while its end is told is lost, and called off", async () => {
  await beat(database, MINI, service, { workspaceRoot: "/home/.openclaw" });
  await publish(database, [listed("octo")]);
  await adopt(database, { agentId: "octo" });
  const claimed = await claimOne(database);
  await cancel(database, claimed.id);
  for (const _ of [1, 2]) expect(await complete(database, claimed, [listed("octo")])).toBe("lost");
  expect(await renew(claimed)).toEqual({ held: false, cancel_requested: true });
});

it("a request whose agent somebody deleted is not done", async () => {
  await create(database);
  const claimed = await claimOne(database);
  await database.query("delete from public.agents");
  for (const _ of [1, 2]) expect(await complete(database, claimed, [listed("ricky")])).toBe("lost");
  expect(await renew(claimed)).toEqual({ held: false, cancel_requested: false });
  expect(await requestRow(database, claimed.id)).toMatchObject({ status: "error", result: { code: "not_found" } });
});

it("a failure that is told again was heard before, whether it is tried again or not", async () => {
  await create(database, { id: "again" });
  const again = await claimOne(database);
  await create(database, { id: "never" });
  const never = await claimOne(database);
  for (const answer of ["settled", "already_settled"]) {
    expect(await fail(database, again.id, again.token)).toBe(answer);
    expect(await fail(database, never.id, never.token, true)).toBe(answer);
  }
  for (const claimed of [again, never]) {
    expect(await complete(database, claimed, [])).toBe("lost");
    expect(await renew(claimed)).toEqual({ held: false, cancel_requested: false });
  }
});

it("a failure that is told of what is done already hears so", async () => {
  await create(database);
  const claimed = await claimOne(database);
  await complete(database, claimed, [listed("ricky")]);
  expect(await fail(database, claimed.id, claimed.token)).toBe("already_settled");
  expect(await requestRow(database, claimed.id)).toMatchObject({ status: "done" });
});

it("who wrote to OpenClaw before the request was called off hears nothing of that", async () => {
  await create(database);
  const claimed = await claimOne(database);
  await report(database, claimed, "workspace", "add");
  await fail(database, claimed.id, claimed.token);
  await cancel(database, claimed.id);
  expect(await renew(claimed)).toEqual({ held: false, cancel_requested: false });
});
