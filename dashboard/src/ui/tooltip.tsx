import { useRender } from "@base-ui/react/use-render";
import { lazy, type ReactElement, type ReactNode, Suspense } from "react";
import { type TooltipSide, useTooltipAnchor } from "./use-tooltip-anchor.ts";

const loadPopup = () => import("./tooltip-popup.tsx");
const TooltipPopup = lazy(async () => ({ default: (await loadPopup()).TooltipPopup }));

type TooltipProps = {
  /** Never the only place where something is said: touch screens do not show it. */
  text: ReactNode;
  /** Where there is room; "top" unless said otherwise. */
  side?: TooltipSide | undefined;
  /** The element it belongs to, one that can have the focus; it takes a ref and handlers. */
  children: ReactElement;
};

/** A few more words on hovering, or on focus by keyboard. Its code is fetched when the first one is wanted. */
export function Tooltip({ text, side = "top", children }: TooltipProps) {
  const { anchor, isOpen, handlers, close } = useTooltipAnchor(loadPopup);
  const child = useRender({ render: children, props: handlers });
  return (
    <>
      {child}
      {anchor !== undefined && (
        <Suspense fallback={null}>
          <TooltipPopup anchor={anchor} isOpen={isOpen} onClose={close} text={text} side={side} />
        </Suspense>
      )}
    </>
  );
}
