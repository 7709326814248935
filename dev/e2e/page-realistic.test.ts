import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { setFakeMode } from "../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { makeCrowd } from "../shots/fleet.ts";
import { insertAgents, insertMachines } from "../shots/insert-agents.ts";
import { type Pace, realistic } from "../stack/realtime/pace.ts";
import { makeHeldPolls } from "../stack/realtime/test-held-polls.ts";
import { readCardHistory } from "./card-history.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";
import type { RealtimeHistory } from "./realtime-history.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;

function travel(realtime: Pace): void {
  beforeAll(async () => {
    journey = await startJourney(FAKE_OPENCLAW, { realtime });
    dashboard = await openDashboard(journey);
  });
  afterEach((context) => dashboard.leave(context));
  afterAll(async () => {
    await dashboard.stop();
    await journey.stop();
  });
}

/** What a poll takes to read one change, and a little for this machine. */
const LONGEST_READ_MS = 500;
const PATIENCE = { timeout: 30_000, interval: 20 };
const card = (page: Page, name: string) => page.getByRole("article").filter({ hasText: name });
const rename = (id: string, name: string) =>
  journey.database.query("update public.agents set name = $2 where agent_id_short = $1", [id, name]);
const toldOf = ({ changes }: RealtimeHistory, name: string) => changes.find(({ record }) => record["name"] === name);
const joined = ({ joinedAt }: RealtimeHistory, times: number) =>
  vi.waitFor(() => expect(joinedAt).toHaveLength(times), PATIENCE);
const streaming = ({ streamingAt }: RealtimeHistory, times: number) =>
  vi.waitFor(() => expect(streamingAt).toHaveLength(times), PATIENCE);

async function create(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New agent", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.keyboard.press("Enter");
  await card(page, name).waitFor();
}

describe("with Realtime as a hosted project has it", () => {
  const polls = makeHeldPolls(realistic);
  travel(polls.pace);
  beforeAll(async () => {
    const { query } = journey.database;
    await insertMachines(query, [{ id: journey.executorId, name: "Mac mini", lastSeenMinutesAgo: 0 }]);
    await insertAgents(query, [
      { id: "juniper", name: "Juniper", emoji: "🌿", role: "Keeps the data tidy", machine: null },
      { id: "marlow", name: "Marlow", emoji: "🕵️", role: "Looks into incidents", machine: null },
    ]);
    setFakeMode(journey.home, { slow: { "agents add": 2_000 } });
  });
  /** One whose own sweep would come too late: once it runs, only Realtime can wake it. */
  const startExecutor = () => journey.startExecutor({ SWEEP_SECONDS: "300" });

  it("an agent is made by the page, which sees it come to life", { timeout: 180_000 }, async () => {
    const { page, realtime } = await dashboard.visit();
    await create(page, "Ricky");
    await card(page, "Ricky").getByText("Queued", { exact: true }).waitFor();
    // The process that was there before is silent for long enough that another one may take its place.
    await journey.database.query("update public.executors set last_seen_at = now() - interval '61 seconds'");
    const stopExecutor = await startExecutor();
    await card(page, "Ricky").getByText("Live", { exact: true }).waitFor();
    await stopExecutor();

    const stages = ["Queued", "Provisioning…", "Live"];
    const said = await readCardHistory(page, "Ricky");
    expect(said.filter((line) => stages.includes(line))).toEqual(stages);
    expect(realtime.joinedAt).toHaveLength(1);
    expect(realtime.changes).toContainEqual(
      expect.objectContaining({
        table: "agent_provision_requests",
        record: expect.objectContaining({ status: "done" }),
      }),
    );
  });

  /**
   * A visit on which Juniper got this name between SUBSCRIBED and the first changes, and so early that the poll which
   * found it came before them as well.
   */
  async function visitWithGap(name: string, attempts = 5) {
    const visit = await dashboard.visit();
    await joined(visit.realtime, 1);
    await card(visit.page, "Juniper").waitFor();
    using held = polls.hold();
    await rename("juniper", name);
    await held.begun;
    const foundAt = Date.now();
    held.release();
    await streaming(visit.realtime, 1);
    const [streamingAt = 0] = visit.realtime.streamingAt;
    if (streamingAt - foundAt > LONGEST_READ_MS) return visit;
    if (attempts === 1) throw new Error("Changes flow too soon after SUBSCRIBED for one to be missed");
    await rename("juniper", "Juniper");
    return visitWithGap(name, attempts - 1);
  }

  it("what is committed after SUBSCRIBED and before changes flow is shown, although no event carries it", {
    timeout: 180_000,
  }, async () => {
    const { page, realtime } = await visitWithGap("Renamed in the gap");
    // Well before the page would look by itself.
    await card(page, "Renamed in the gap").waitFor({ timeout: 10_000 });
    const [[joinedAt = 0], [streamingAt = 0]] = [realtime.joinedAt, realtime.streamingAt];
    // A second on the way, give or take how late this process hears of each frame.
    expect(streamingAt - joinedAt).toBeGreaterThan(900);

    // Whatever was before it in the log has arrived with it.
    await rename("juniper", "Renamed later");
    await vi.waitFor(() => expect(toldOf(realtime, "Renamed later")).toBeDefined(), PATIENCE);
    expect(toldOf(realtime, "Renamed in the gap")).toBeUndefined();
    await card(page, "Renamed later").waitFor();
  });

  it("changes of separate transactions reach the page with one poll, and the last one stands", {
    timeout: 180_000,
  }, async () => {
    const { page, realtime } = await dashboard.visit();
    await streaming(realtime, 1);
    using held = polls.hold();
    await rename("juniper", "Found before");
    await held.begun;
    await rename("juniper", "First");
    await rename("juniper", "Last");
    await held.waitsFor("name", "Last");
    held.release();

    await vi.waitFor(() => expect(toldOf(realtime, "Last")).toBeDefined(), PATIENCE);
    await card(page, "Last").waitFor();
    const lastCommit = toldOf(realtime, "Last")?.commit_timestamp;
    expect(toldOf(realtime, "First")?.arrivedAt).toBeGreaterThanOrEqual(lastCommit ?? Number.NaN);
  });

  it("sockets that are cut in the middle of a provision leave the page right in the end", {
    timeout: 180_000,
  }, async () => {
    const stopExecutor = await startExecutor();
    const { page, realtime } = await dashboard.visit();
    await streaming(realtime, 1);
    // Long enough for the page to show it, and not for the one after it.
    setFakeMode(journey.home, { slow: { "agents add": 8_000 } });
    await create(page, "Ada");
    await card(page, "Ada").getByText("Provisioning…").waitFor();
    journey.stack.realtime.cutSockets();
    setFakeMode(journey.home, {});
    await rename("marlow", "Renamed meanwhile");

    await card(page, "Renamed meanwhile").waitFor();
    await card(page, "Ada").getByText("Live", { exact: true }).waitFor();
    await streaming(realtime, 2);
    expect(toldOf(realtime, "Renamed meanwhile")).toBeUndefined();
    // And both sides hear again what comes.
    await create(page, "Robin");
    await card(page, "Robin").getByText("Live", { exact: true }).waitFor();
    await stopExecutor();
  });
});

describe("with a limit of 5 events per second", () => {
  travel({ ...realistic, eventsPerSecond: 5 });

  it("a burst above the limit, and the silence that follows it, leave the page right in the end", {
    timeout: 240_000,
  }, async () => {
    const { query } = journey.database;
    const crowd = makeCrowd(300);
    await insertMachines(query, [{ id: "mini", name: "Mac mini", lastSeenMinutesAgo: 0 }]);
    await insertAgents(query, crowd);
    const { page, realtime } = await dashboard.visit();
    await streaming(realtime, 1);
    const setRoles = (role: string) => query("update public.agents set role = $1", [role]);
    const told = (role: string) => realtime.changes.filter(({ record }) => record["role"] === role).length;
    const shown = async (role: string) => {
      await page.getByLabel("Search agents").fill(role);
      await page.getByRole("article").filter({ hasText: role }).first().waitFor({ timeout: 40_000 });
      await page
        .getByRole("status")
        .filter({ hasText: /^300 agents$/ })
        .waitFor();
    };
    await setRoles("in the burst");
    await vi.waitFor(() => expect(told("in the burst")).toBe(300), PATIENCE);
    await shown("in the burst");

    let round = 0;
    const arrives = async () => {
      round += 1;
      await query("update public.agents set role = $1 where agent_id_short = 'agent-001'", [`round ${round}`]);
      const waiting = vi.waitFor(() => expect(told(`round ${round}`)).toBe(1), { timeout: 4_000 });
      return waiting.then(
        () => true,
        () => false,
      );
    };
    await vi.waitFor(async () => expect(await arrives()).toBe(false), PATIENCE);
    await setRoles("in silence");
    await shown("in silence");
    expect(told("in silence")).toBe(0);
    expect(realtime.joinedAt).toHaveLength(1);
  });
});
