import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isMain } from "#badge";
import { provisionAgain } from "../../../lib/fleet/commands.ts";
import { executorLabel } from "../../../lib/fleet/executor-label.ts";
import { keepAgentAnswer } from "../../../lib/fleet/keep-agent-answer.ts";
import { RefusalNotice } from "../../../lib/fleet/refusal-notice.tsx";
import type { AgentRow, ExecutorRow } from "../../../lib/fleet/rows.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Select } from "../../../ui/select.tsx";
import { useCommandDialog } from "./use-command-dialog.ts";

type MoveAgentProps = { agent: AgentRow; executors: readonly ExecutorRow[] };

/** The way to another Mac; nothing where there is none, or for OpenClaw's own agent. */
export function MoveAgent({ agent, executors }: MoveAgentProps) {
  const client = useQueryClient();
  const [picked, setPicked] = useState<string>();
  const dialog = useCommandDialog(
    (executorId: string) => provisionAgain(agent, executorId),
    (answer) => keepAgentAnswer(client, answer),
  );
  const home = executors.find(({ id }) => id === agent.executor_id);
  const others = executors.filter((executor) => executor !== home);
  const target = others.find(({ id }) => id === picked) ?? others[0];
  if (home === undefined || target === undefined || isMain(agent.agent_key)) return null;
  const from = executorLabel(home);
  const to = executorLabel(target);

  return (
    <>
      <Button
        size="sm"
        className="mt-2"
        onClick={() => {
          setPicked(undefined);
          dialog.open();
        }}
      >
        Move to another Mac
      </Button>
      <Dialog
        open={dialog.isOpen}
        onOpenChange={dialog.onOpenChange}
        title={<span className="wrap-anywhere">Move {agent.name} to another Mac</span>}
        size="sm"
        onSubmit={() => dialog.send(target.id)}
        footer={
          <>
            <DialogClose render={<Button>Cancel</Button>} />
            <Button type="submit" variant="primary" isBusy={dialog.isBusy}>
              Move to {to}
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4 text-sm">
          <RefusalNotice refusal={dialog.refusal} />
          <Field label="To">
            <Select
              value={target.id}
              onValueChange={(id) => {
                setPicked(id);
                dialog.forgetRefusal();
              }}
              options={others.map((executor) => ({ value: executor.id, label: executorLabel(executor) }))}
            />
          </Field>
          <p className="text-pretty">
            It is set up on {to} under the same id, with the same name. Its documents go with it; whatever else is in
            its folder on {from} stays there.
          </p>
          <p className="text-pretty text-quiet">
            {from} must not have it in OpenClaw any more, or must have been silent for an hour.
          </p>
        </div>
      </Dialog>
    </>
  );
}
