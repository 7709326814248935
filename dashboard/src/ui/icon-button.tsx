import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Tooltip } from "./tooltip.tsx";

type IconButtonProps = Omit<ButtonProps, "children" | "icon" | "aria-label"> & {
  /** What it does: its accessible name, and its tooltip. */
  label: string;
  icon: ReactNode;
  tooltipSide?: "top" | "right" | "bottom" | "left" | undefined;
};

const SQUARE = { sm: "size-8", md: "size-9", lg: "size-10" } as const;

export function IconButton({
  label,
  icon,
  variant = "ghost",
  size = "md",
  tooltipSide,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} side={tooltipSide}>
      <Button
        {...rest}
        variant={variant}
        size={size}
        aria-label={label}
        icon={icon}
        className={classNames(SQUARE[size ?? "md"], "px-0", className)}
      />
    </Tooltip>
  );
}
