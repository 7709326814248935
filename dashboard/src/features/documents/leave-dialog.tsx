import { useState } from "react";
import { useLeaveGuard } from "../../lib/leave-guard.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogClose } from "../../ui/dialog.tsx";

type LeaveDialogProps = {
  /** Something is unsaved. */
  isOn: boolean;
  name: string;
  /** The unsaved text would be offered again. */
  isKept: boolean;
  /** Saves, and then leaves; undefined when there is more to decide than that. */
  onSave: ((leave: () => void) => void) | undefined;
};

/** Asks before unsaved text is left behind. */
export function LeaveDialog({ isOn, name, isKept, onSave }: LeaveDialogProps) {
  const [leave, setLeave] = useState<() => void>();
  useLeaveGuard(isOn, (go) => setLeave(() => go));
  const close = () => setLeave(undefined);
  return (
    <Dialog
      open={leave !== undefined}
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
      title={`${name} is not saved`}
      size="sm"
      footer={
        <>
          <DialogClose render={<Button>Stay</Button>} />
          <Button
            onClick={() => {
              close();
              leave?.();
            }}
          >
            Leave
          </Button>
          {onSave !== undefined && (
            <Button
              variant="primary"
              onClick={() => {
                close();
                if (leave !== undefined) onSave(leave);
              }}
            >
              Save and leave
            </Button>
          )}
        </>
      }
    >
      <p className="text-pretty text-sm">
        {isKept
          ? "When you leave, your text stays in this browser and is offered to you again here."
          : "When you leave, what you typed here is lost."}
      </p>
    </Dialog>
  );
}
