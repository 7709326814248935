import { cva } from "class-variance-authority";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

/** The look of a card, for links and list items: `className={cardStyle({ isInteractive: true })}`. No padding of its own. */
export const cardStyle = cva("rounded-lg border border-line bg-surface shadow-raised", {
  variants: {
    isInteractive: {
      true: "transition-[border-color,box-shadow,background-color] hover:border-line-strong hover:shadow-floating",
      false: "",
    },
  },
  defaultVariants: { isInteractive: false },
});

type CardProps = ComponentProps<"div"> & { isInteractive?: boolean | undefined };

export function Card({ isInteractive, className, ...rest }: CardProps) {
  return <div {...rest} className={classNames(cardStyle({ isInteractive }), className)} />;
}
