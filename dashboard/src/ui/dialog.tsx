import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode, RefObject, SubmitEvent } from "react";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";

type DialogProps = {
  open: boolean;
  /** Asked to open or close: Escape, the cross, a press outside. */
  onOpenChange: (open: boolean) => void;
  /** After the closing animation. */
  onClosed?: (() => void) | undefined;
  title: ReactNode;
  description?: ReactNode;
  /** Scrolls when it is higher than the screen. */
  children: ReactNode;
  /** Buttons, always in sight; on a phone they share the width. */
  footer?: ReactNode;
  /** With it the dialog is a form: Enter in a field submits. The page is never left. */
  onSubmit?: (() => void) | undefined;
  size?: "sm" | "md" | "lg" | "xl" | undefined;
  /** What has the focus first; else the first thing that can. */
  initialFocus?: RefObject<HTMLElement | null> | undefined;
  /** Presses outside do not close it: for dialogs that hold typed text. */
  isKeptOnOutsidePress?: boolean | undefined;
};

const WIDTH = { sm: "sm:max-w-md", md: "sm:max-w-xl", lg: "sm:max-w-184", xl: "sm:max-w-256" } as const;

/** A dialog in the middle of a wide screen, a full-height sheet on a phone. */
export function Dialog({ size = "md", footer, onSubmit, children, ...props }: DialogProps) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A form inside this one in React's tree, such as that of a menu in a portal, is none of ours.
    if (event.target === event.currentTarget) onSubmit?.();
  };
  const inside = (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-5 sm:px-6">{children}</div>
      {footer !== undefined && (
        <div className="flex shrink-0 justify-end gap-2 border-line border-t px-5 py-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))] sm:px-6 max-sm:*:flex-1">
          {footer}
        </div>
      )}
    </>
  );
  return (
    <BaseDialog.Root
      open={props.open}
      onOpenChange={props.onOpenChange}
      onOpenChangeComplete={(open) => {
        if (!open) props.onClosed?.();
      }}
      disablePointerDismissal={props.isKeptOnOutsidePress}
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim backdrop-blur-[2px] transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Viewport className="fixed inset-0 z-40 flex items-end justify-center sm:items-center sm:p-6">
          <BaseDialog.Popup
            initialFocus={props.initialFocus}
            className={classNames(
              "flex h-dvh w-full flex-col bg-raised shadow-overlay outline-hidden transition-[scale,opacity,translate] duration-200",
              "data-ending-style:opacity-0 data-starting-style:opacity-0 max-sm:data-ending-style:translate-y-6 max-sm:data-starting-style:translate-y-6",
              "sm:h-auto sm:max-h-full sm:rounded-xl sm:border sm:border-line sm:data-ending-style:scale-[0.98] sm:data-starting-style:scale-[0.98]",
              WIDTH[size],
            )}
          >
            <div className="flex shrink-0 items-start gap-4 border-line border-b px-5 pt-4 pb-4 sm:px-6">
              <div className="min-w-0 flex-1 py-1">
                <BaseDialog.Title className="font-semibold text-base">{props.title}</BaseDialog.Title>
                {props.description !== undefined && (
                  <BaseDialog.Description className="text-pretty text-quiet text-sm">
                    {props.description}
                  </BaseDialog.Description>
                )}
              </div>
              <BaseDialog.Close
                render={<IconButton label="Close" size="sm" tooltipSide="bottom" icon={<X />} className="-mr-2" />}
              />
            </div>
            {onSubmit === undefined ? (
              <div className="flex min-h-0 flex-1 flex-col">{inside}</div>
            ) : (
              <form noValidate onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
                {inside}
              </form>
            )}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** Closes the dialog it stands in: `<DialogClose render={<Button>Cancel</Button>} />`. */
export const DialogClose = BaseDialog.Close;
