import { type EmojiPickerListComponents, EmojiPicker as Picker } from "frimousse";
import { Search } from "lucide-react";
import type { AriaAttributes, KeyboardEvent } from "react";
import { classNames } from "../../../ui/class-names.ts";
import { inputStyle } from "../../../ui/text-input.tsx";
import { loadEmojiData } from "./emoji-data.ts";

type EmojiPickerProps = {
  onPick: (emoji: string | null) => void;
  suggestion: string | undefined;
};

/** Rows and columns are counted from 1 in ARIA, from 0 by the picker. */
function fromOne(props: AriaAttributes, name: "aria-rowindex" | "aria-colindex"): AriaAttributes {
  const index = props[name];
  return index === undefined ? {} : { [name]: Number(index) + 1 };
}

const PARTS: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className="bg-raised px-3 pt-3 pb-1.5 font-medium text-quiet text-xs">
      {category.label}
    </div>
  ),
  // The picker scrolls to a row by this index, so that it finds the one before: the margin makes room for the next one and a header.
  Row: ({ children, ...props }) => (
    <div {...props} {...fromOne(props, "aria-rowindex")} className="scroll-mb-18 px-2">
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    <button
      {...props}
      {...fromOne(props, "aria-colindex")}
      type="button"
      className="grid size-9.25 cursor-pointer place-items-center rounded-md font-emoji text-xl leading-none data-active:bg-hover"
    >
      {emoji.emoji}
    </button>
  ),
};

/** The picker listens on the document for arrow keys, which the popover around it keeps to itself. */
function passOnArrows(event: KeyboardEvent): void {
  if (!event.key.startsWith("Arrow")) return;
  event.stopPropagation();
  const passedOn = new window.KeyboardEvent("keydown", { key: event.key, cancelable: true });
  document.dispatchEvent(passedOn);
  if (passedOn.defaultPrevented) event.preventDefault();
}

/** Every emoji, with search, skin tones and arrow keys. In a chunk of its own, with its data. */
export function EmojiPicker({ onPick, suggestion }: EmojiPickerProps) {
  return (
    <Picker.Root
      columns={8}
      resolveEmojiData={loadEmojiData}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
      onKeyDown={passOnArrows}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div className="relative border-line border-b p-2">
        <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-4.5 my-auto size-4 text-faint" />
        <Picker.Search
          autoFocus
          aria-label="Search emoji"
          placeholder="Search emoji"
          className={classNames(inputStyle, "h-9 appearance-none pr-3 pl-9")}
        />
      </div>
      <Picker.Viewport className="relative min-h-0 flex-1 overscroll-contain outline-hidden">
        <Picker.Loading className="absolute inset-0 grid place-items-center text-quiet text-sm">
          Loading…
        </Picker.Loading>
        <Picker.Empty className="absolute inset-0 grid place-items-center text-quiet text-sm">
          No emoji fits
        </Picker.Empty>
        <Picker.List components={PARTS} className="select-none pb-2" />
      </Picker.Viewport>
      <div className="flex h-11 items-center gap-2 border-line border-t px-2">
        <Picker.ActiveEmoji>
          {({ emoji }) => (
            <span className="min-w-0 flex-1 truncate pl-1 text-quiet text-xs">{emoji?.label ?? "Choose an emoji"}</span>
          )}
        </Picker.ActiveEmoji>
        {suggestion !== undefined && (
          <button
            type="button"
            onClick={() => onPick(null)}
            className="h-7 shrink-0 cursor-pointer rounded-sm px-2 font-medium text-accent-ink text-xs hover:bg-hover"
          >
            Use suggestion {suggestion}
          </button>
        )}
        <Picker.SkinToneSelector
          aria-label="Skin tone"
          className="grid size-8 shrink-0 cursor-pointer place-items-center rounded-md text-lg hover:bg-hover"
        />
      </div>
    </Picker.Root>
  );
}
