import { Egg } from "lucide-react";
import { type ButtonPlace, CommandButton } from "./command-button.tsx";
import { provisionAgain } from "./commands.ts";
import { keepAgentAnswer } from "./keep-agent-answer.ts";
import type { AgentRow } from "./rows.ts";

type ProvisionButtonProps = ButtonPlace & {
  agent: AgentRow;
  label: string;
  /** Where to, when not where it belongs. */
  executorId?: string | undefined;
};

/** Has an agent that no executor holds set up. */
export function ProvisionButton({ agent, label, executorId, ...place }: ProvisionButtonProps) {
  return (
    <CommandButton
      {...place}
      label={label}
      about={agent.name}
      icon={<Egg />}
      ask={() => provisionAgain(agent, executorId)}
      keep={keepAgentAnswer}
      refusedTitle={`${agent.name} is not set up again`}
    />
  );
}
