import { type KeyboardEvent, useEffect, useRef } from "react";
import { Button } from "../../../ui/button.tsx";
import { Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Kbd } from "../../../ui/kbd.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { TextArea, TextInput } from "../../../ui/text-input.tsx";
import { sentences } from "../sentences.ts";
import { AgentPreview } from "./agent-preview.tsx";
import { ColorField } from "./color-field.tsx";
import { tellDialog, useDialogState } from "./dialog-store.ts";
import { asOneLine, PURPOSE_LENGTH } from "./draft.ts";
import { EmojiField } from "./emoji-field.tsx";
import { OwnKeyField } from "./own-key-field.tsx";
import { PlaceFields } from "./place-fields.tsx";
import { useDraftForm } from "./use-draft-form.ts";

const isMac = navigator.platform.startsWith("Mac");

/** Name, purpose and looks of a new agent, with what will come of them beside. Closing keeps what was typed. */
export function NewAgentDialog() {
  const { isOpen } = useDialogState();
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
  const submitByKeys = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };

  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => tellDialog({ type: open ? "opened" : "closed" })}
      title="New agent"
      description="It is set up as soon as its Mac is there."
      size="lg"
      initialFocus={nameRef}
      onSubmit={submit}
      footer={
        <>
          <DialogClose render={<Button>Cancel</Button>} />
          <Button type="submit" variant="primary" aria-keyshortcuts="Control+Enter Meta+Enter">
            Create agent
            <Kbd className="border-transparent bg-transparent text-on-accent max-sm:hidden">
              {isMac ? "⌘" : "Ctrl"} ↵
            </Kbd>
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button below */}
      <div ref={fieldsRef} onKeyDown={submitByKeys} className="grid gap-6 sm:grid-cols-[1fr_17rem]">
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
