import { Button as BaseButton } from "@base-ui/react/button";
import { cva, type VariantProps } from "class-variance-authority";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Spinner } from "./spinner.tsx";

/** The look of a button, for links that should look like one: `className={buttonStyle({ variant: "primary" })}`. */
export const buttonStyle = cva(
  [
    "relative inline-flex shrink-0 cursor-pointer select-none items-center justify-center whitespace-nowrap rounded-md",
    "font-medium transition-[background-color,border-color,color,box-shadow,scale] active:scale-[0.98]",
    "data-disabled:cursor-not-allowed data-disabled:opacity-55 data-disabled:active:scale-100",
    "[&_svg]:shrink-0",
  ],
  {
    variants: {
      variant: {
        primary: "bg-accent text-on-accent shadow-raised hover:not-data-disabled:bg-accent-hover",
        secondary: "border border-line-strong bg-surface text-ink shadow-raised hover:not-data-disabled:bg-hover",
        ghost: "text-quiet hover:not-data-disabled:bg-hover hover:not-data-disabled:text-ink data-popup-open:bg-hover",
        danger: "bg-danger-action text-on-accent shadow-raised hover:not-data-disabled:bg-danger-action-hover",
      },
      size: {
        sm: "h-8 gap-1.5 px-2.5 text-xs [&_svg]:size-3.5",
        md: "h-9 gap-2 px-3.5 text-sm [&_svg]:size-4",
        lg: "h-10 gap-2 px-4 text-sm [&_svg]:size-4",
      },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

export type ButtonProps = Omit<BaseButton.Props, "className"> &
  VariantProps<typeof buttonStyle> & {
    className?: string | undefined;
    /** Stands before the words; decoration. */
    icon?: ReactNode;
    /** Shows a spinner and takes no presses; the button keeps its width and the focus. */
    isBusy?: boolean | undefined;
  };

/** `type="button"` unless said otherwise. */
export function Button({ variant, size, className, icon, isBusy = false, disabled, children, ...rest }: ButtonProps) {
  return (
    <BaseButton
      type="button"
      {...rest}
      disabled={isBusy || disabled}
      focusableWhenDisabled={isBusy}
      aria-busy={isBusy || undefined}
      className={classNames(buttonStyle({ variant, size }), className)}
    >
      {isBusy && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
        </span>
      )}
      <span className={classNames("inline-flex items-center gap-[inherit]", isBusy && "opacity-0")}>
        {icon}
        {children}
      </span>
    </BaseButton>
  );
}
