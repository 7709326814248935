import { useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { DEFAULT_EMOJI, type EditAgentCommand } from "#contract";
import { keepAgentAnswer } from "../../../lib/fleet/keep-agent-answer.ts";
import { RefusalNotice } from "../../../lib/fleet/refusal-notice.tsx";
import type { AgentRow } from "../../../lib/fleet/rows.ts";
import { useShortcut } from "../../../lib/use-shortcut.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Kbd } from "../../../ui/kbd.tsx";
import { TextInput } from "../../../ui/text-input.tsx";
import { showToast } from "../../../ui/toaster.tsx";
import { EmojiField } from "../fields/emoji-field.tsx";
import { PurposeField } from "../fields/purpose-field.tsx";
import { editAgent } from "../queries.ts";
import { SubmitButton, submitByKeys } from "../submission/submit-button.tsx";
import { type AgentEdit, planEdit, savedWords } from "./agent-edit.ts";
import { useCommandDialog } from "./use-command-dialog.ts";

type EditAgentProps = {
  agent: AgentRow;
  /** While it is being removed nothing of it can be changed. */
  isRemoving: boolean;
};

/** The button, and the dialog behind it, that change what an agent is called, looks like and is for. */
export function EditAgent({ agent, isRemoving }: EditAgentProps) {
  const client = useQueryClient();
  const button = useRef<HTMLButtonElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const [edit, setEdit] = useState<AgentEdit>({});
  const dialog = useCommandDialog(
    (changes: EditAgentCommand) => editAgent(agent, changes),
    (answer, changes) => {
      keepAgentAnswer(client, answer);
      const words = savedWords(answer, changes);
      if (words !== undefined) showToast({ tone: "success", ...words });
    },
  );
  const { refusal } = dialog;
  const { command, problems } = planEdit(agent, edit);
  if (refusal?.field !== undefined) problems[refusal.field] ??= refusal.message;
  const isShownAtField = refusal?.field !== undefined && refusal.field in FIELDS;

  const open = () => {
    setEdit({});
    dialog.open();
  };
  const change = (changes: AgentEdit) => {
    setEdit({ ...edit, ...changes });
    dialog.forgetRefusal();
  };
  const submit = () => {
    if (command !== undefined) dialog.send(command);
  };
  useShortcut("e", () => {
    if (isRemoving) return;
    // Where the focus returns to when the dialog closes.
    button.current?.focus();
    open();
  });

  return (
    <>
      <Button
        ref={button}
        icon={<Pencil />}
        aria-keyshortcuts="e"
        disabled={isRemoving}
        onClick={open}
        className="max-sm:px-2.5"
      >
        <span className="max-sm:sr-only">Edit</span>
        <span aria-hidden className="max-sm:hidden">
          <Kbd>E</Kbd>
        </span>
      </Button>
      <Dialog
        open={dialog.isOpen}
        onOpenChange={dialog.onOpenChange}
        title={`Edit ${agent.name}`}
        description="OpenClaw is told of another name or emoji as soon as its Mac is there."
        initialFocus={nameField}
        isKeptOnOutsidePress
        onSubmit={submit}
        footer={
          <>
            <DialogClose render={<Button>Cancel</Button>} />
            <SubmitButton disabled={command === undefined} isBusy={dialog.isBusy}>
              Save
            </SubmitButton>
          </>
        }
      >
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button below */}
        <div onKeyDown={submitByKeys(submit)} className="flex flex-col gap-5">
          {!isShownAtField && <RefusalNotice refusal={refusal} />}
          <div className="flex gap-3">
            <EmojiField
              value={edit.emoji ?? agent.emoji ?? DEFAULT_EMOJI}
              suggestion={undefined}
              onPick={(emoji) => emoji !== null && change({ emoji })}
              error={problems["emoji"]}
            />
            <Field label="Name" error={problems["displayName"]} className="flex-1">
              <TextInput
                ref={nameField}
                value={edit.displayName ?? agent.name}
                onValueChange={(displayName) => change({ displayName })}
                autoComplete="off"
                data-1p-ignore
              />
            </Field>
          </div>
          <PurposeField
            value={edit.roleShort ?? agent.role ?? ""}
            onValueChange={(roleShort) => change({ roleShort })}
            error={problems["roleShort"]}
          />
        </div>
      </Dialog>
    </>
  );
}

const FIELDS = { displayName: true, emoji: true, roleShort: true };
