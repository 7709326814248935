import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { type Command, useCommand } from "./use-command.ts";

/** How a button looks where it stands. */
export type ButtonPlace = {
  tabIndex?: number | undefined;
  /** A word rather than a button, for a card. */
  isQuiet?: boolean | undefined;
};

type CommandButtonProps<Answer> = ButtonPlace &
  Command<Answer> & {
    label: string;
    /** What it is about, for whoever hears the label alone. */
    about: string;
    icon: ReactNode;
    variant?: "primary" | "secondary";
    isBusy?: boolean;
  };

/** Asks the function for one thing. */
export function CommandButton<Answer>({ label, about, icon, ...props }: CommandButtonProps<Answer>) {
  const { isQuiet = false, variant = "primary", isBusy = false, tabIndex, ...asked } = props;
  const command = useCommand(asked);
  return (
    <Button
      size="sm"
      variant={isQuiet ? "ghost" : variant}
      icon={icon}
      isBusy={isBusy || command.isPending}
      tabIndex={tabIndex}
      aria-label={`${label} ${about}`}
      onClick={() => command.mutate()}
      className={classNames(isQuiet && "relative z-1 h-7 px-2 text-accent-ink")}
    >
      {label}
    </Button>
  );
}
