import { Popover } from "@base-ui/react/popover";
import { lazy, Suspense, useId, useState } from "react";
import { classNames } from "../../../ui/class-names.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { inputStyle } from "../../../ui/text-input.tsx";

const loadPicker = () => import("./emoji-picker.tsx");
const EmojiPicker = lazy(async () => ({ default: (await loadPicker()).EmojiPicker }));

type EmojiFieldProps = {
  /** What is picked or suggested. */
  value: string;
  /** The suggestion, while something else was picked. */
  suggestion: string | undefined;
  /** null: back to the suggestion. */
  onPick: (emoji: string | null) => void;
  error: string | undefined;
};

/** A button that shows the emoji, and the picker behind it. */
export function EmojiField({ value, suggestion, onPick, error }: EmojiFieldProps) {
  const [isOpen, setIsOpen] = useState(false);
  const errorId = useId();
  const pick = (emoji: string | null) => {
    onPick(emoji);
    setIsOpen(false);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <span aria-hidden className="font-medium text-ink text-sm">
        Emoji
      </span>
      <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
        <Popover.Trigger
          aria-label={`Emoji: ${value}`}
          aria-describedby={error === undefined ? undefined : errorId}
          onPointerEnter={() => void loadPicker()}
          onFocus={() => void loadPicker()}
          className={classNames(inputStyle, "grid size-9 cursor-pointer place-items-center text-lg sm:text-lg")}
        >
          <span key={value} aria-hidden className="animate-rise font-emoji leading-none">
            {value}
          </span>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner align="start" sideOffset={6} collisionPadding={12} className="z-50">
            <Popover.Popup
              aria-label="Choose an emoji"
              className="flex h-88 max-h-(--available-height) w-80 max-w-(--available-width) origin-(--transform-origin) flex-col overflow-hidden rounded-lg border border-line bg-raised shadow-floating outline-hidden transition-[scale,opacity] duration-100 data-ending-style:scale-[0.98] data-starting-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:opacity-0"
            >
              <Suspense fallback={<Spinner label="Loading emoji" className="m-auto text-quiet" />}>
                <EmojiPicker onPick={pick} suggestion={suggestion} />
              </Suspense>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {error !== undefined && (
        <span id={errorId} className="text-danger text-xs">
          {error}
        </span>
      )}
    </div>
  );
}
