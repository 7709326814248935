import { FileWarning } from "lucide-react";
import type { ReactNode } from "react";
import { nextTry, summarise } from "../../../lib/fleet/request-steps.ts";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import type { AgentView } from "../agent-views.ts";
import { partBadge } from "../badge-words.ts";
import { StepBar } from "../step-bar.tsx";

type CardDetailProps = {
  view: AgentView;
  /** What is wrong with its documents. */
  trouble: string | undefined;
};

/** The middle of a card: how far provisioning is, what is wrong, or two facts. Always two lines high. */
export function CardDetail({ view, trouble }: CardDetailProps) {
  const { badge, request } = view;
  const isOpen = request?.status === "queued" || request?.status === "running";
  if (request?.kind === "provision" && isOpen) {
    const { states, label, position } = summarise(request, badge.state === "waiting");
    return (
      <>
        <p className="flex justify-between gap-2 text-quiet text-xs">
          <span className="truncate">{openWords(view) ?? label}</span>
          <span className="shrink-0 tabular-nums">
            {request.status === "running" ? `${position} of ${states.length}` : `${states.length} steps`}
          </span>
        </p>
        <StepBar states={states} className="mt-2" />
      </>
    );
  }
  if (badge.group === "attention" && badge.detail !== undefined) {
    return <p className="line-clamp-2 text-pretty break-words text-quiet text-xs leading-4.5">{badge.detail}</p>;
  }
  if (trouble !== undefined) {
    return (
      <p className="flex items-start gap-1.5 text-warning text-xs leading-4.5">
        <FileWarning aria-hidden className="mt-0.5 size-3.5 shrink-0" />
        <span className="line-clamp-2 min-w-0">{trouble}</span>
      </p>
    );
  }
  return (
    <dl className="grid grid-cols-2 gap-x-4 text-xs">
      <Fact label="Id">
        {/* In the page's own font "2x1" reads "2×1". */}
        <code className="font-mono">{view.agent.agent_id_short ?? view.agent.agent_key.split(":")[1]}</code>
      </Fact>
      <Fact label="Created">
        <RelativeTime at={view.agent.created_at} />
      </Fact>
    </dl>
  );
}

/** What a request waits for; undefined while it runs. */
function openWords({ badge, request }: AgentView): ReactNode {
  if (badge.state === "waiting") return partBadge(badge).rest ?? badge.detail;
  if (request === null || request.status !== "queued") return undefined;
  const again = nextTry(request);
  if (again) return `Attempt ${again.failed} of ${again.of} failed, trying again soon`;
  return (
    <>
      Queued <RelativeTime at={request.requested_at} />
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-quiet">{label}</dt>
      <dd className="mt-0.5 truncate font-medium text-ink">{children}</dd>
    </div>
  );
}
