import { cva, type VariantProps } from "class-variance-authority";
import { classNames } from "./class-names.ts";

const tile = cva("grid shrink-0 select-none place-items-center bg-sunken font-emoji leading-none", {
  variants: {
    size: {
      sm: "size-8 rounded-md text-lg",
      md: "size-11 rounded-lg text-2xl",
      lg: "size-14 rounded-xl text-[2rem]",
    },
  },
  defaultVariants: { size: "md" },
});

type EmojiTileProps = VariantProps<typeof tile> & {
  emoji: string;
  /** `#rrggbb`: tints the ground. */
  color?: string | null | undefined;
  className?: string | undefined;
};

/** The face of an agent. Decoration: its name stands beside it. */
export function EmojiTile({ emoji, color, size, className }: EmojiTileProps) {
  const tint = color ? { backgroundColor: `color-mix(in oklab, ${color} 18%, var(--color-surface))` } : {};
  return (
    <span aria-hidden className={classNames(tile({ size }), className)} style={tint}>
      {emoji}
    </span>
  );
}
