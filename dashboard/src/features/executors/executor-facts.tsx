import type { ReactNode } from "react";
import { z } from "zod";
import { formatTicking } from "../../lib/fleet/durations.ts";
import type { ExecutorRow } from "../../lib/fleet/rows.ts";
import { useNow } from "../../lib/use-now.ts";
import { PathText } from "../../ui/path-text.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Fold } from "./fold.tsx";
import type { Queue } from "./queue-of.ts";

const GRID = "grid grid-cols-2 gap-4";

type ExecutorFactsProps = { executor: ExecutorRow; queue: Queue };

/** What it is made of, and what waits for it. */
export function ExecutorFacts({ executor, queue }: ExecutorFactsProps) {
  return (
    <dl className={`mt-5 sm:grid-cols-4 ${GRID}`}>
      <Fact label="Running now">{queue.running}</Fact>
      <Fact label="Queued for it">
        {queue.own}
        {queue.shared > 0 && <span className="text-quiet"> and {queue.shared} for any</span>}
      </Fact>
      <Fact label="Oldest waits">
        {queue.oldestAt === undefined ? "Nothing waits" : <Waiting since={queue.oldestAt} />}
      </Fact>
      <Fact label="Started">
        <RelativeTime at={executor.started_at} />
      </Fact>
      <Fact label="Platform">{executor.platform ?? "Unknown"}</Fact>
      <Fact label="OpenClaw">{executor.openclaw_version ?? "Unknown"}</Fact>
      <Fact label="Hatchery">
        {executor.version ?? "Unknown"}
        {executor.contract_version !== null && (
          <span className="text-quiet"> contract {executor.contract_version}</span>
        )}
      </Fact>
      <Fact label="Workspaces in">
        {executor.workspace_root === null ? (
          "Unknown"
        ) : (
          <code className="wrap-anywhere font-mono text-xs">
            <PathText path={executor.workspace_root} />
          </code>
        )}
      </Fact>
    </dl>
  );
}

function Waiting({ since }: { since: number }) {
  return formatTicking(useNow().getTime() - since);
}

/** What each counts, docs/operations.md says. */
const COUNTERS = [
  { name: "done", label: "Done" },
  { name: "failed", label: "Failed attempts" },
  { name: "retried", label: "Retried" },
  { name: "released", label: "Given back" },
  { name: "lostLeases", label: "Lost leases" },
  { name: "rebuilds", label: "Reconnected" },
] as const;

const counterValues = z.record(z.string(), z.unknown()).catch({});

/** What it has done since it started. Nothing while it has not said. */
export function CounterFacts({ counters }: { counters: unknown }) {
  const values = counterValues.parse(counters);
  const known = COUNTERS.filter(({ name }) => typeof values[name] === "number");
  if (known.length === 0) return null;
  return (
    <Fold title="Since it started">
      <dl className={`mt-3 sm:grid-cols-3 lg:grid-cols-6 ${GRID}`}>
        {known.map(({ name, label }) => (
          <Fact key={name} label={label}>
            {String(values[name])}
          </Fact>
        ))}
      </dl>
    </Fold>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-quiet text-xs">{label}</dt>
      <dd className="mt-0.5 text-sm tabular-nums">{children}</dd>
    </div>
  );
}
