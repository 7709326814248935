import { useEffect, useRef } from "react";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { TextArea, TextInput } from "../../../ui/text-input.tsx";
import { asOneLine } from "../as-one-line.ts";
import { openWithList } from "../bulk/new-agents.ts";
import { PlaceFields } from "../place-fields.tsx";
import { CreateButton, submitByKeys } from "../submission/create-button.tsx";
import { AgentPreview } from "./agent-preview.tsx";
import { ColorField } from "./color-field.tsx";
import { EmojiField } from "./emoji-field.tsx";
import { PURPOSE_LENGTH } from "./fill-draft.ts";
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
          <CreateButton>Create agent</CreateButton>
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
          <Field
            label="Purpose"
            isOptional
            error={problems["roleShort"]}
            counter={{ used: [...draft.purpose.trim()].length, max: PURPOSE_LENGTH }}
          >
            <TextArea
              value={draft.purpose}
              onValueChange={(purpose) => edit({ purpose: asOneLine(purpose) })}
              onKeyDown={(event) => {
                // One line of text that may be long: Enter has no line to break.
                if (event.key === "Enter" && !event.nativeEvent.isComposing) event.preventDefault();
              }}
              placeholder="Answers support mail"
            />
          </Field>
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
