import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactNode } from "react";
import type { TooltipSide } from "./use-tooltip-anchor.ts";

type TooltipPopupProps = {
  anchor: Element;
  isOpen: boolean;
  /** Escape. */
  onClose: () => void;
  text: ReactNode;
  side: TooltipSide;
};

export function TooltipPopup({ anchor, isOpen, onClose, text, side }: TooltipPopupProps) {
  return (
    <Tooltip.Root
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Tooltip.Portal>
        <Tooltip.Positioner
          anchor={anchor}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="pointer-events-none z-50"
        >
          {/* For eyes: what it belongs to has a name of its own. */}
          <Tooltip.Popup
            aria-hidden
            className="max-w-72 origin-(--transform-origin) rounded-sm bg-ink px-2 py-1 text-ground text-xs shadow-floating transition-[scale,opacity] duration-100 data-ending-style:scale-95 data-starting-style:scale-95 data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {text}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
