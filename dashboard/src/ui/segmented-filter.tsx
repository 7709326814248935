import { type KeyboardEvent, useRef } from "react";
import { classNames } from "./class-names.ts";

type SegmentedFilterProps<Value extends string> = {
  /** What is being filtered, for a screen reader. */
  label: string;
  options: readonly { value: Value; label: string; count?: number | undefined }[];
  value: Value;
  onValueChange: (value: Value) => void;
  className?: string | undefined;
};

/** Where a key leads from the option at `index` of `count`; undefined for any other key. */
function nextIndex(key: string, index: number, count: number): number | undefined {
  const next = { ArrowRight: index + 1, ArrowLeft: index - 1 + count, Home: 0, End: count - 1 }[key];
  return next === undefined ? undefined : next % count;
}

/**
 * One of a few, always visible, with how many there are of each. One stop for Tab; arrow keys move between the options.
 * Scrolls sideways on a phone. Plain buttons: Base UI's toggle group is 7 kB that the first page would wait for.
 */
export function SegmentedFilter<Value extends string>(props: SegmentedFilterProps<Value>) {
  const { label, options, value, onValueChange, className } = props;
  const group = useRef<HTMLFieldSetElement>(null);
  const hasChoice = options.some((option) => option.value === value);

  const move = (event: KeyboardEvent, index: number) => {
    const next = nextIndex(event.key, index, options.length);
    if (next === undefined) return;
    event.preventDefault();
    group.current?.querySelectorAll("button")[next]?.focus();
  };

  return (
    <div className={classNames("min-w-0 overflow-x-auto rounded-md [scrollbar-width:none]", className)}>
      <fieldset
        ref={group}
        aria-label={label}
        className="flex h-9 w-max items-center gap-0.5 rounded-md border border-line-strong bg-surface p-0.5 shadow-raised"
      >
        {options.map((option, index) => (
          <button
            key={option.value}
            type="button"
            aria-pressed={option.value === value}
            tabIndex={option.value === value || (!hasChoice && index === 0) ? 0 : -1}
            onClick={() => onValueChange(option.value)}
            onKeyDown={(event) => move(event, index)}
            className="flex h-full cursor-pointer items-center gap-1.5 rounded-sm px-2.5 text-quiet text-sm outline-offset-0 transition-colors hover:text-ink aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink"
          >
            {option.label}
            {option.count !== undefined && <span className="tabular-nums">{option.count}</span>}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
