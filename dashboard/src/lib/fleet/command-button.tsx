import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { showToast } from "../../ui/toaster.tsx";
import { readFailure } from "../error-text.ts";
import { agentsQuery, requestsQuery } from "./queries.ts";
import { sentences } from "./sentences.ts";

/** How a button looks where it stands. */
export type ButtonPlace = {
  tabIndex?: number | undefined;
  /** A word rather than a button, for a card. */
  isQuiet?: boolean | undefined;
};

type CommandButtonProps<Answer> = ButtonPlace & {
  label: string;
  /** What it is about, for whoever hears the label alone. */
  about: string;
  icon: ReactNode;
  variant?: "primary" | "secondary";
  isBusy?: boolean;
  /** Asks the function, which may refuse. */
  ask: () => Promise<Answer>;
  /** Puts what it answered where the page sees it. */
  keep: (client: QueryClient, answer: Answer) => void;
  /** The title of the message that a refusal is told with. */
  refusedTitle: string;
};

/** Asks the function for one thing. A refusal is told in its own words, and what the page knew is read again. */
export function CommandButton<Answer>({ ask, keep, label, about, icon, ...props }: CommandButtonProps<Answer>) {
  const { isQuiet = false, variant = "primary", isBusy = false, tabIndex, refusedTitle } = props;
  const client = useQueryClient();
  const command = useMutation({
    mutationFn: ask,
    onSuccess: (answer) => keep(client, answer),
    onError: async (error) => {
      const { message, hint } = await readFailure(error);
      showToast({ tone: "danger", title: refusedTitle, description: sentences(message, hint) });
      for (const { queryKey } of [agentsQuery, requestsQuery]) void client.invalidateQueries({ queryKey });
    },
  });
  return (
    <Button
      size="sm"
      variant={isQuiet ? "ghost" : variant}
      icon={icon}
      isBusy={isBusy || command.isPending}
      tabIndex={tabIndex}
      aria-label={`${label} ${about}`}
      onClick={() => command.mutate()}
      className={classNames(isQuiet && "relative z-1 -mr-2 -mb-1 ml-auto h-7 px-2 text-accent-ink")}
    >
      {label}
    </Button>
  );
}
