import { useEffect, useRef } from "react";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { TextInput } from "../../../ui/text-input.tsx";
import { openWithList } from "../bulk/new-agents.ts";
import { EmojiField } from "../fields/emoji-field.tsx";
import { PurposeField } from "../fields/purpose-field.tsx";
import { PlaceFields } from "../place-fields.tsx";
import { SubmitButton, submitByKeys } from "../submission/submit-button.tsx";
import { AgentPreview } from "./agent-preview.tsx";
import { ColorField } from "./color-field.tsx";
import { newAgent } from "./new-agent.ts";
import { OwnKeyField } from "./own-key-field.tsx";
import { useDraftForm } from "./use-draft-form.ts";

/** Name, purpose and looks of a new agent, with what will come of them beside. Closing keeps what was typed. */
export function NewAgentDialog() {
  const { isOpen } = newAgent.use();
  const form = useDraftForm();
  const nameRef = useRef<HTMLInputElement>(null);
  const fieldsRef = useRef<HTMLDivElement>(null);
  const { draft, edit, chosen, problems, refusal } = form;
  const general = refusal !== null && !isShownAtField(refusal.field) ? refusal : null;

  const refusedField = refusal?.field;
  useEffect(() => {
    if (refusedField === undefined) return;
    // Once the dialog, which comes back with it, stands and has put the focus where it begins.
    const timer = setTimeout(() => focusFirstInvalid(fieldsRef.current), 100);
    return () => clearTimeout(timer);
  }, [refusedField]);

  const submit = () => {
    if (!form.submit()) requestAnimationFrame(() => focusFirstInvalid(fieldsRef.current));
  };

  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => newAgent.tell({ type: open ? "opened" : "closed" })}
      title="New agent"
      description="It is set up as soon as its Mac is there."
      size="lg"
      initialFocus={nameRef}
      onSubmit={submit}
      footer={
        <>
          <DialogClose render={<Button>Cancel</Button>} />
          <SubmitButton>Create agent</SubmitButton>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button below */}
      <div ref={fieldsRef} onKeyDown={submitByKeys(submit)} className="grid gap-6 sm:grid-cols-[1fr_17rem]">
        <div className="flex min-w-0 flex-col gap-5">
          {general !== null && (
            <Notice tone="danger" live="alert" title={sentences(general.message)}>
              {general.hint}
            </Notice>
          )}
          <div className="flex gap-3">
            <EmojiField
              value={chosen.emoji}
              suggestion={
                draft.emoji !== null && draft.emoji !== chosen.suggestedEmoji ? chosen.suggestedEmoji : undefined
              }
              onPick={(emoji) => edit({ emoji })}
              error={problems["emoji"]}
            />
            <Field label="Name" error={problems["displayName"]} className="flex-1">
              <TextInput
                ref={nameRef}
                value={draft.name}
                onValueChange={(name) => edit({ name })}
                onPaste={(event) => {
                  const text = event.clipboardData.getData("text");
                  if (text.split(/[\r\n]+/).filter((line) => line.trim() !== "").length < 2) return;
                  // A list of agents, which one line cannot hold.
                  event.preventDefault();
                  newAgent.tell({ type: "closed" });
                  openWithList(text);
                }}
                placeholder="Ricky"
                autoComplete="off"
                data-1p-ignore
              />
            </Field>
          </div>
          <PurposeField
            value={draft.purpose}
            onValueChange={(purpose) => edit({ purpose })}
            error={problems["roleShort"]}
          />
          <ColorField value={chosen.color} onValueChange={(color) => edit({ color })} />
          <PlaceFields form={form} />
          <OwnKeyField form={form} />
        </div>
        <AgentPreview form={form} />
      </div>
    </Dialog>
  );
}

const FIELDS = ["displayName", "roleShort", "emoji", "executorId", "projectId", "agentKey"];

function isShownAtField(field: string | undefined): boolean {
  return field !== undefined && FIELDS.includes(field);
}

function focusFirstInvalid(fields: HTMLElement | null): void {
  fields?.querySelector<HTMLElement>("[data-invalid]:is(input, textarea, select)")?.focus();
}
