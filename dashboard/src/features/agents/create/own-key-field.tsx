import { Collapsible } from "@base-ui/react/collapsible";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { TextInput } from "../../../ui/text-input.tsx";
import { nextFreeKey } from "../agent-ids.ts";
import type { DraftForm } from "./use-draft-form.ts";

/** A key of one's own, for whoever needs one: folded away until then. */
export function OwnKeyField({ form }: { form: DraftForm }) {
  const { draft, edit, identity, problems, taken } = form;
  const [isUnfolded, setIsUnfolded] = useState(draft.ownKey !== null);
  const isOpen = isUnfolded || problems["agentKey"] !== undefined;
  const isTaken = draft.ownKey !== null && identity !== undefined && taken.has(identity.agentId);
  const offer = isTaken || problems["agentKey"] !== undefined ? nextFreeKey(draft.ownKey ?? "", taken) : undefined;
  const takenWords = isTaken
    ? `OpenClaw already has, or will get, an agent with the id ${identity?.agentId}`
    : undefined;

  return (
    <Collapsible.Root open={isOpen} onOpenChange={setIsUnfolded}>
      <Collapsible.Trigger className="group -ml-1 flex cursor-pointer items-center gap-1 rounded-sm pr-1 text-quiet text-sm hover:text-ink">
        <ChevronRight aria-hidden className="size-4 transition-transform group-data-panel-open:rotate-90" />
        Advanced: own key
      </Collapsible.Trigger>
      <Collapsible.Panel className="-mx-1 h-(--collapsible-panel-height) overflow-hidden transition-[height] data-ending-style:h-0 data-starting-style:h-0">
        <div className="flex flex-col gap-2 px-1 pt-3 pb-1">
          <Field
            label="Key"
            isOptional
            hint="Of the form agent:<id>:<session>. Without one, it is made from the name."
            error={problems["agentKey"] ?? takenWords}
          >
            <TextInput
              value={draft.ownKey ?? ""}
              onValueChange={(key) => edit({ ownKey: key === "" ? null : key })}
              placeholder={identity?.agentKey ?? "agent:ricky:main"}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono sm:text-xs"
            />
          </Field>
          {offer !== undefined && (
            <Button size="sm" className="self-start" onClick={() => edit({ ownKey: offer.agentKey })}>
              Use {offer.agentId}
            </Button>
          )}
        </div>
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
