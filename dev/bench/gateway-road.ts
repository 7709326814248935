import { dirname } from "node:path";
import { execa } from "execa";
import { startGateway } from "../fakes/openclaw/gateway.ts";
import { openSandbox, type Sandbox } from "../fakes/openclaw/sandbox.ts";
import { ensureOpenclaw } from "../local/install-openclaw.ts";

const TARGET = 0.35;
const STEP_TIMEOUT_MS = 180_000;

/**
 * An agent made and named through OpenClaw's gateway, and seen in the list, against `agents add` and `agents set-identity` by
 * hand: both in each round, in turn first, in one home whose gateway runs. Ratios are of the same round.
 */
export async function benchGatewayRoad(rounds: number, say: (line: string) => void): Promise<void> {
  const { bin } = await ensureOpenclaw({ onProgress: say });
  using sandbox = openSandbox({ bin, stepTimeoutMs: STEP_TIMEOUT_MS });
  await using _gateway = await startGateway(bin, sandbox.home);
  // The version is asked once in the life of an executor, and the first call of a gateway makes it load what it needs.
  await throughGateway(sandbox, "warm-up");

  say("round  by hand s  gateway s  ratio");
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const roads = [
      async () => ({ byHand: await timed(() => byHand(bin, sandbox, `hand-${round}`)) }),
      async () => ({ gateway: await timed(() => throughGateway(sandbox, `gateway-${round}`)) }),
    ];
    const taken = { byHand: Number.NaN, gateway: Number.NaN };
    for (const road of round % 2 === 0 ? roads : roads.toReversed()) Object.assign(taken, await road());
    const ratio = taken.gateway / taken.byHand;
    ratios.push(ratio);
    say(
      `${String(round).padEnd(5)}  ${seconds(taken.byHand).padStart(9)}  ${seconds(taken.gateway).padStart(9)}  ${ratio.toFixed(2)}`,
    );
  }
  const median = ratios.toSorted((one, other) => one - other)[Math.floor(ratios.length / 2)] ?? Number.NaN;
  say(`median ratio ${median.toFixed(2)}, at most ${TARGET} is wanted: ${median <= TARGET ? "held" : "missed"}`);
}

async function throughGateway({ openclaw, seed }: Sandbox, id: string): Promise<void> {
  const workspace = seed(id, { "SOUL.md": "A soul\n" });
  await openclaw.addAgent({ id, workspace });
  await openclaw.setIdentity({ id, name: "Ricky", emoji: "🦊" });
  const agents = await openclaw.listAgents();
  if (!agents.some((agent) => agent.id === id && agent.name === "Ricky")) throw new Error(`${id} is not listed`);
}

async function byHand(bin: string, { home, seed }: Sandbox, id: string): Promise<void> {
  const workspace = seed(id, { "SOUL.md": "A soul\n" });
  const env = { HOME: home, OPENCLAW_HOME: home, NO_COLOR: "1", PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const openclaw = execa({ env, extendEnv: false, cwd: "/", stdin: "ignore" });
  await openclaw(bin, ["agents", "add", id, `--workspace=${workspace}`, "--non-interactive", "--json"]);
  await openclaw(bin, ["agents", "set-identity", `--agent=${id}`, "--name=Ricky", "--emoji=🦊", "--json"]);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);
