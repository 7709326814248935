import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { isMain } from "#badge";
import { keepRows, replaceOpenRow } from "../../../lib/fleet/keep-rows.ts";
import { agentsQuery, requestsQuery } from "../../../lib/fleet/queries.ts";
import { RefusalNotice } from "../../../lib/fleet/refusal-notice.tsx";
import type { AgentRow, ExecutorRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { useNow } from "../../../lib/use-now.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { SectionCard } from "../../../ui/section-card.tsx";
import { TextInput } from "../../../ui/text-input.tsx";
import { showToast } from "../../../ui/toaster.tsx";
import { removeAgent } from "../queries.ts";
import { confirmationOf, isConfirmed, removalWaitsFor } from "./removal-words.ts";
import { useCommandDialog } from "./use-command-dialog.ts";

const WHAT_HAPPENS =
  "It leaves OpenClaw, and its folder goes to the trash of that Mac. Its history is kept, and its key can be used again.";

type RemoveAgentProps = {
  agent: AgentRow;
  /** The agent's own. */
  requests: readonly RequestRow[];
  executors: readonly ExecutorRow[];
  /** Its removal is open already. */
  isRemoving: boolean;
};

/** The way to be rid of an agent, which asks for its name. */
export function RemoveAgent({ agent, isRemoving, ...props }: RemoveAgentProps) {
  if (isMain(agent.agent_key)) {
    return (
      <SectionCard title="Remove this agent">
        <p className="text-pretty text-quiet text-sm">
          This is OpenClaw's own agent, and stays for as long as OpenClaw.
        </p>
      </SectionCard>
    );
  }
  return (
    <SectionCard title="Remove this agent">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
        <p className="min-w-0 flex-1 basis-72 text-pretty text-quiet text-sm">{WHAT_HAPPENS}</p>
        <RemovalDialog agent={agent} isRemoving={isRemoving} {...props} />
      </div>
    </SectionCard>
  );
}

function RemovalDialog({ agent, requests, executors, isRemoving }: RemoveAgentProps) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState("");
  const nameField = useRef<HTMLInputElement>(null);
  const waitsFor = removalWaitsFor(agent, requests, executors, useNow(10));
  const dialog = useCommandDialog(
    () => removeAgent(agent),
    ({ removed, request }) => {
      if (request !== null) {
        keepRows(client, requestsQuery.queryKey, [request]);
        replaceOpenRow(client, requestsQuery.queryKey, request);
      }
      if (!removed) return;
      navigate("/");
      client.setQueryData<AgentRow[]>(agentsQuery.queryKey, (rows = []) => rows.filter(({ id }) => id !== agent.id));
      showToast({ tone: "success", title: `${agent.name} is removed` });
    },
  );
  const confirmation = confirmationOf(agent);
  const mayRemove = isConfirmed(typed, confirmation);

  return (
    <>
      <Button
        icon={<Trash2 />}
        isBusy={isRemoving}
        className="text-danger"
        onClick={() => {
          setTyped("");
          dialog.open();
        }}
      >
        Remove agent
      </Button>
      <Dialog
        open={dialog.isOpen}
        onOpenChange={dialog.onOpenChange}
        title={<span className="wrap-anywhere">Remove {confirmation}</span>}
        size="sm"
        initialFocus={nameField}
        isKeptOnOutsidePress
        onSubmit={() => {
          if (mayRemove) dialog.send(undefined);
        }}
        footer={
          <>
            <DialogClose render={<Button>Cancel</Button>} />
            <Button type="submit" variant="danger" disabled={!mayRemove} isBusy={dialog.isBusy}>
              Remove agent
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4 text-sm">
          <RefusalNotice refusal={dialog.refusal} />
          <p className="text-pretty">{WHAT_HAPPENS}</p>
          {waitsFor !== undefined && <p className="text-pretty text-quiet">{sentences(waitsFor)}</p>}
          <Field
            label={
              <>
                Type <span className="select-all wrap-anywhere whitespace-pre-wrap font-semibold">{confirmation}</span>{" "}
                to confirm
              </>
            }
          >
            <TextInput
              ref={nameField}
              value={typed}
              onValueChange={setTyped}
              autoComplete="off"
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              data-1p-ignore
            />
          </Field>
        </div>
      </Dialog>
    </>
  );
}
