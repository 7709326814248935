import { AdoptButton } from "../../lib/fleet/adopt-button.tsx";
import type { ButtonPlace } from "../../lib/fleet/command-button.tsx";
import { ProvisionButton } from "../../lib/fleet/provision-button.tsx";
import { RetryButton } from "../../lib/fleet/retry-button.tsx";
import type { AgentView } from "./agent-views.ts";

/** The button for what a badge says can be done about it; nothing where it says nothing. */
export function BadgeAction({ view, ...place }: ButtonPlace & { view: AgentView }) {
  const { agent, badge, request } = view;
  switch (badge.action?.kind) {
    case "retry":
      return request && <RetryButton {...place} request={request} label={badge.action.label} />;
    case "provision":
      return <ProvisionButton {...place} agent={agent} label={badge.action.label} />;
    case "adopt": {
      const { executorId, agentId } = badge.action;
      const { project_id: projectId, name } = agent;
      return <AdoptButton {...place} {...{ projectId, executorId, agentId, name }} />;
    }
    default:
      return null;
  }
}
