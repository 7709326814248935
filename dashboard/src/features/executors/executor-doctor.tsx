import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useId } from "react";
import { describeFailure } from "../../lib/error-text.ts";
import { sentences } from "../../lib/fleet/sentences.ts";
import { Button } from "../../ui/button.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Finding } from "./finding.tsx";
import { Fold } from "./fold.tsx";
import { findingsQuery } from "./queries.ts";
import { type Findings, readFindings } from "./read-findings.ts";

type ExecutorDoctorProps = { executorId: string; alive: boolean };

/** What the executor's doctor found last, and how long ago that was. */
export function ExecutorDoctor({ executorId, alive }: ExecutorDoctorProps) {
  const titleId = useId();
  const { data, error, refetch } = useQuery(findingsQuery);
  const report = data?.find(({ executor_id }) => executor_id === executorId);
  const findings = readFindings(report?.findings ?? []);
  return (
    <div className="mt-5 border-line border-t pt-4">
      <div className="flex min-h-6 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h3 id={titleId} className="font-semibold text-sm">
          Doctor
        </h3>
        {report !== undefined && report.reported_at !== null && (
          <p className="text-quiet text-xs tabular-nums">
            <Summary findings={findings} alive={alive} /> <RelativeTime at={report.reported_at} />
          </p>
        )}
      </div>
      {data === undefined && error === null && (
        <div role="status" aria-label="Loading what the doctor found">
          <Skeleton className="mt-2 h-4 w-2/3" />
        </div>
      )}
      {data === undefined && error !== null && (
        <p className="mt-1 flex flex-wrap items-center justify-between gap-3 text-quiet text-sm">
          {sentences("What it found could not be read", describeFailure(error).message)}
          <Button size="sm" onClick={() => void refetch()}>
            Retry
          </Button>
        </p>
      )}
      {data !== undefined && report === undefined && <Never alive={alive} />}
      {report !== undefined && <Found findings={findings} titleId={titleId} alive={alive} />}
    </div>
  );
}

const count = (number: number, one: string) => `${number} ${one}${number === 1 ? "" : "s"}`;

/** Ends with "looked". */
function Summary({ findings: { bad, unreadable }, alive }: { findings: Findings; alive: boolean }) {
  if (bad.length === 0 && unreadable > 0) return "Looked";
  if (bad.length === 0) {
    return (
      <>
        <CircleCheck aria-hidden className="-mt-0.5 mr-1 inline size-3.5 text-success" />
        <span className="text-ink">{alive ? "All well" : "All was well"}</span> · looked
      </>
    );
  }
  const failures = bad.filter(({ level }) => level === "fail").length;
  const warnings = bad.length - failures;
  const counts = [
    ...(failures > 0 ? [count(failures, "failure")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  return `${counts.join(", ")} · looked`;
}

function Never({ alive }: { alive: boolean }) {
  return (
    <p className="mt-1 text-pretty text-quiet text-sm">
      {alive ? "It looks by itself within a minute of its start. To look now, run " : "It has never looked. Run "}
      <code className="whitespace-nowrap font-mono text-ink text-xs">npm run executor -- doctor</code> there.
    </p>
  );
}

type FoundProps = { findings: Findings; titleId: string; alive: boolean };

function Found({ findings: { bad, well, unreadable }, titleId, alive }: FoundProps) {
  return (
    <>
      {bad.length > 0 && !alive && (
        <p className="mt-1 text-quiet text-sm">It is away; this is what the doctor found then.</p>
      )}
      {bad.length > 0 && <FindingList findings={bad} labelledBy={titleId} />}
      {unreadable > 0 && (
        <p className="mt-3 text-pretty text-quiet text-sm">
          {count(unreadable, "finding")} of a newer version {unreadable === 1 ? "is" : "are"} not shown: update the
          dashboard to read {unreadable === 1 ? "it" : "them"}.
        </p>
      )}
      {well.length > 0 && (
        <Fold title={`${count(well.length, "check")} ${beWell(well.length, alive)}`}>
          <FindingList findings={well} labelledBy={titleId} />
        </Fold>
      )}
    </>
  );
}

function beWell(number: number, alive: boolean): string {
  if (alive) return number === 1 ? "is well" : "are well";
  return number === 1 ? "was well" : "were well";
}

function FindingList({ findings, labelledBy }: { findings: Findings["bad"]; labelledBy: string }) {
  return (
    <ul aria-labelledby={labelledBy} className="mt-1 divide-y divide-line">
      {findings.map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one check may say the same twice
        <Finding key={index} finding={finding} />
      ))}
    </ul>
  );
}
