import { useId, useRef } from "react";
import { Button } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { PlaceFields } from "../place-fields.tsx";
import { SubmitButton, submitByKeys } from "../submission/submit-button.tsx";
import { AgentsPreview } from "./agents-preview.tsx";
import { ListField } from "./list-field.tsx";
import { newAgents } from "./new-agents.ts";
import { agentsWords, countAgents, nextStepWords } from "./plan-words.ts";
import { goToLine } from "./text-editor.tsx";
import { useBulkForm } from "./use-bulk-form.ts";
import { useFileDrop } from "./use-file-drop.ts";
import { useListFile } from "./use-list-file.ts";

/** A list of new agents, with what will come of each line beside it. Closing keeps what was typed. */
export function NewAgentsDialog() {
  const { isOpen } = newAgents.use();
  const form = useBulkForm();
  const textRef = useRef<HTMLTextAreaElement>(null);
  const statusId = useId();
  const file = useListFile(textRef);
  const drop = useFileDrop(file.take);
  const { plan, refusal } = form;
  const count = countAgents(plan);
  const isReady = count > 0 && plan.wrongLines.length === 0;

  const goTo = (line: number) => {
    if (textRef.current !== null) goToLine(textRef.current, line);
  };
  const submit = () => {
    const wrongLine = form.submit();
    if (wrongLine !== undefined) goTo(wrongLine);
    else if (count === 0) textRef.current?.focus();
  };

  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => newAgents.tell({ type: open ? "opened" : "closed" })}
      title="New agents"
      description="One agent on each line. All of them are created, or none."
      size="xl"
      initialFocus={textRef}
      onSubmit={submit}
      footer={
        <>
          <p id={statusId} className="mr-auto self-center text-quiet text-sm max-sm:sr-only">
            {nextStepWords(plan)}
          </p>
          <DialogClose render={<Button>Cancel</Button>} />
          {/* Takes presses all the same: they lead to what is wrong. */}
          <SubmitButton
            aria-disabled={!isReady}
            aria-describedby={statusId}
            className={classNames(!isReady && "opacity-55")}
          >
            {count === 0 ? "Create agents" : `Create ${agentsWords(plan)}`}
          </SubmitButton>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button below */}
      <div {...drop.target} onKeyDown={submitByKeys(submit)} className="flex flex-col gap-4">
        {refusal !== null && (
          <Notice tone="danger" live="alert" title={refusal.title}>
            {refusal.words}
          </Notice>
        )}
        <div className="grid gap-5 md:h-[min(30rem,calc(100dvh-16rem))] md:grid-cols-2 md:grid-rows-[minmax(0,1fr)]">
          <div className="flex min-h-0 min-w-0 flex-col gap-5 max-md:h-80">
            <ListField form={form} textRef={textRef} file={file} isFileOver={drop.isOver} />
            <PlaceFields form={form} />
          </div>
          <AgentsPreview plan={plan} onGoTo={goTo} />
        </div>
      </div>
    </Dialog>
  );
}
