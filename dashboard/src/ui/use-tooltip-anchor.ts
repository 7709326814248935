import { type SyntheticEvent, useEffect, useRef, useState } from "react";

export type TooltipSide = "top" | "right" | "bottom" | "left";

/** How long one hovers before a tooltip shows; the next one in a row shows at once. */
const DELAY_MS = 450;
const ROW_MS = 400;

let lastClosedAt = Number.NEGATIVE_INFINITY;

/**
 * When a tooltip is wanted, and over which element. Once wanted the anchor stays, so that the tooltip can be seen going.
 * @param prepare Called as soon as one may be wanted.
 */
export function useTooltipAnchor(prepare: () => unknown) {
  const [anchor, setAnchor] = useState<Element>();
  const [isOpen, setIsOpen] = useState(false);
  const delay = useRef<ReturnType<typeof setTimeout>>(undefined);

  const open = (element: Element, afterMs: number) => {
    prepare();
    clearTimeout(delay.current);
    delay.current = setTimeout(() => {
      setAnchor(element);
      setIsOpen(true);
    }, afterMs);
  };
  const close = () => {
    clearTimeout(delay.current);
    if (isOpen) lastClosedAt = performance.now();
    setIsOpen(false);
  };
  useEffect(() => () => clearTimeout(delay.current), []);

  const handlers = {
    onMouseEnter: ({ currentTarget }: SyntheticEvent) => {
      open(currentTarget, performance.now() - lastClosedAt < ROW_MS ? 0 : DELAY_MS);
    },
    onMouseLeave: close,
    // A press is about something else than reading.
    onPointerDown: close,
    onClick: close,
    onFocus: ({ currentTarget }: SyntheticEvent) => {
      if (currentTarget.matches(":focus-visible")) open(currentTarget, DELAY_MS);
    },
    onBlur: close,
  };
  return { anchor, isOpen, handlers, close };
}
