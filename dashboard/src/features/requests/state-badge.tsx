import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/tone.ts";
import type { RequestState, RequestView } from "./request-views.ts";

const LOOKS: Record<RequestState, { tone: Tone; mark: "dot" | "pulse" | "spinner" }> = {
  queued: { tone: "info", mark: "pulse" },
  waiting: { tone: "warning", mark: "dot" },
  running: { tone: "info", mark: "spinner" },
  done: { tone: "success", mark: "dot" },
  failed: { tone: "danger", mark: "dot" },
  cancelled: { tone: "muted", mark: "dot" },
};

export function StateBadge({ view: { state, label } }: { view: RequestView }) {
  return <Badge {...LOOKS[state]}>{label}</Badge>;
}
