import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { agentsQuery } from "../../lib/fleet/queries.ts";
import { signOut } from "../../lib/session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogClose } from "../../ui/dialog.tsx";

type SignOutDialogProps = {
  isOpen: boolean;
  onStay: () => void;
  /** The agent of each document with unsaved text; none: what is unsaved stands on the page alone. */
  agentIds: readonly string[];
};

/** Asks before unsaved texts are discarded: they are not for whoever uses this browser next. */
export function SignOutDialog({ isOpen, onStay, agentIds }: SignOutDialogProps) {
  const [isLeaving, setIsLeaving] = useState(false);
  const agents = useQuery({ ...agentsQuery, enabled: false }).data ?? [];
  const byName = Map.groupBy(agentIds, (id) => agents.find((agent) => agent.id === id)?.name ?? UNKNOWN);
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onStay();
      }}
      title={titleOf(agentIds.length)}
      size="sm"
      footer={
        <>
          <DialogClose render={<Button>Stay</Button>} />
          <Button
            variant="danger"
            isBusy={isLeaving}
            onClick={() => {
              setIsLeaving(true);
              void signOut();
            }}
          >
            Sign out and discard
          </Button>
        </>
      }
    >
      <p className="text-pretty text-sm">
        When you sign out, your unsaved text is discarded, so that nobody finds it in this browser.
      </p>
      {byName.size > 0 && (
        <ul className="mt-4 flex flex-col gap-2">
          {[...byName].map(([name, { length }]) => (
            <li key={name} className="flex items-baseline justify-between gap-4 text-sm">
              <span className="min-w-0 wrap-anywhere font-medium">{name}</span>
              <span className="shrink-0 text-quiet tabular-nums">{countOf(length)}</span>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

const UNKNOWN = "Agents that you do not see any more";

const countOf = (documents: number) => (documents === 1 ? "1 document" : `${documents} documents`);

function titleOf(documents: number): string {
  if (documents === 0) return "Your text is not saved";
  return documents === 1 ? "1 document is not saved" : `${documents} documents are not saved`;
}
