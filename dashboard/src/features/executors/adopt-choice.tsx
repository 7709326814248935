import { ChevronDown, HandHeart } from "lucide-react";
import { AdoptButton } from "../../lib/fleet/adopt-button.tsx";
import { adoptAgent } from "../../lib/fleet/commands.ts";
import { keepAgentAnswer } from "../../lib/fleet/keep-agent-answer.ts";
import type { ProjectRow } from "../../lib/fleet/rows.ts";
import { useCommand } from "../../lib/fleet/use-command.ts";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuGroup, MenuItem } from "../../ui/menu.tsx";

type AdoptChoiceProps = {
  executorId: string;
  /** As OpenClaw has it. */
  agentId: string;
  name: string;
  /** Those it may be adopted into, one at least. */
  projects: readonly ProjectRow[];
};

/** Takes over an agent that OpenClaw has; into which project is asked where there are several. */
export function AdoptChoice({ projects, ...about }: AdoptChoiceProps) {
  const [project, ...others] = projects;
  if (project === undefined) return null;
  if (others.length === 0) return <AdoptButton {...about} projectId={project.id} isQuiet />;
  return <AdoptMenu {...about} projects={projects} />;
}

function AdoptMenu({ executorId, agentId, name, projects }: AdoptChoiceProps) {
  const command = useCommand({
    ask: (projectId: string) => adoptAgent(projectId, executorId, agentId),
    keep: keepAgentAnswer,
    refusedTitle: `${name} was not adopted`,
  });
  const trigger = (
    <Button
      size="sm"
      variant="ghost"
      icon={<HandHeart />}
      isBusy={command.isPending}
      aria-label={`Adopt ${name}`}
      className="h-7 px-2 text-accent-ink"
    >
      Adopt
      <ChevronDown aria-hidden />
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuGroup label="Adopt into">
        {projects.map((project) => (
          <MenuItem key={project.id} onSelect={() => command.mutate(project.id)}>
            {project.name}
          </MenuItem>
        ))}
      </MenuGroup>
    </Menu>
  );
}
