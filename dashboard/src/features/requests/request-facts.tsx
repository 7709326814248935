import type { ReactNode } from "react";
import { Link } from "wouter";
import { type DoneResult, doneResult } from "#contract";
import { actorOf } from "../../lib/fleet/actor.ts";
import { formatTicking } from "../../lib/fleet/durations.ts";
import { nextTry } from "../../lib/fleet/request-steps.ts";
import { useSession } from "../../lib/session.ts";
import { absoluteTime } from "../../lib/time.ts";
import { useNow } from "../../lib/use-now.ts";
import { CopyableFact, Fact } from "../../ui/fact.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { requestPath } from "./request-address.ts";
import type { RequestView } from "./request-views.ts";
import { triesOf } from "./try-words.ts";
import type { RequestData } from "./use-request-views.ts";

const LEFT_BEHIND: Record<NonNullable<DoneResult["workspace"]>, string> = {
  trashed: "Moved to the trash",
  kept: "Left where it was",
  absent: "Was not there any more",
};

/** Who asked whom for it, when, and what came of it. */
export function RequestFacts({ view, data }: { view: RequestView; data: RequestData }) {
  const { request, executorName } = view;
  const session = useSession();
  const userId = session.status === "signed-in" ? session.userId : undefined;
  const actor = actorOf(request.requested_by, { userId, executors: data.executors });
  const result = request.status === "done" ? doneResult.safeParse(request.result).data : undefined;
  return (
    <dl className="flex min-w-0 flex-col gap-3 self-start text-sm">
      {result !== undefined && (
        <>
          <CopyableFact label="Workspace" text={result.workspaceDir} />
          {result.workspace !== undefined && <Fact label="Its folder">{LEFT_BEHIND[result.workspace]}</Fact>}
          <Fact label="OpenClaw">{result.openclawVersion}</Fact>
        </>
      )}
      <Fact label="Asked for">
        <Moment at={request.requested_at} />
      </Fact>
      {actor !== undefined && <Fact label="Asked by">{actor}</Fact>}
      {request.completed_at !== null && (
        <Fact label="Ended">
          <Moment at={request.completed_at} />
        </Fact>
      )}
      <Fact label="Executor">{executorName ?? "None yet"}</Fact>
      <Attempts view={view} />
      <TriesFact view={view} data={data} />
      <CopyableFact label="Key" text={request.agent_key} />
      <CopyableFact label="Request id" text={request.id} />
    </dl>
  );
}

function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{absoluteTime(new Date(at))}</time>;
}

function Attempts({ view: { request, wait } }: { view: RequestView }) {
  const again = nextTry(request);
  if (request.attempts === 0) return null;
  return (
    <Fact label="Attempts">
      {request.attempts} of {request.max_attempts}
      {again && wait === undefined && (
        <span className="block text-quiet text-xs tabular-nums">
          The last one failed; <Due at={again.at} />
        </span>
      )}
    </Fact>
  );
}

function Due({ at }: { at: number }) {
  const left = at - useNow().getTime();
  return left > 0 ? `next try in ${formatTicking(left)}` : "the next one is due";
}

/** Other requests for the same thing. */
function TriesFact({ view: { request }, data }: { view: RequestView; data: RequestData }) {
  const { words, before, after } = triesOf(
    request,
    data.views.map((view) => view.request),
  );
  if (request.retry_of === null && after === undefined) return null;
  return (
    <Fact label="Tries">
      {words}
      {before && (
        <TryLink id={before.id}>
          after that of <RelativeTime at={before.requested_at} />
        </TryLink>
      )}
      {after && (
        <TryLink id={after.id}>
          tried again <RelativeTime at={after.requested_at} />
        </TryLink>
      )}
    </Fact>
  );
}

function TryLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link href={requestPath(id)} className="block w-fit rounded-sm text-accent-ink text-xs hover:underline">
      {children}
    </Link>
  );
}
