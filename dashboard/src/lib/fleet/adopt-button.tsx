import { HandHeart } from "lucide-react";
import { type ButtonPlace, CommandButton } from "./command-button.tsx";
import { adoptAgent } from "./commands.ts";
import { keepAgentAnswer } from "./keep-agent-answer.ts";

type AdoptButtonProps = ButtonPlace & {
  projectId: string;
  executorId: string;
  /** As OpenClaw has it. */
  agentId: string;
  name: string;
};

/** Takes over an agent that OpenClaw has. */
export function AdoptButton({ projectId, executorId, agentId, name, ...place }: AdoptButtonProps) {
  return (
    <CommandButton
      {...place}
      label="Adopt"
      about={name}
      icon={<HandHeart />}
      ask={() => adoptAgent(projectId, executorId, agentId)}
      keep={keepAgentAnswer}
      refusedTitle={`${name} was not adopted`}
    />
  );
}
