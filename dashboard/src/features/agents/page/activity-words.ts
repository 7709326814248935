import type { ActivityRow } from "../activity-row.ts";

export type ActivityTone = "success" | "danger" | "muted";

const TONES: Partial<Record<string, ActivityTone>> = { agent_provisioned: "success", request_failed: "danger" };

/** Whether it is good news, bad news, or neither. */
export function toneOf({ type }: Pick<ActivityRow, "type">): ActivityTone {
  return TONES[type] ?? "muted";
}
