import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Failure, readFailure } from "../../../lib/error-text.ts";
import { agentsQuery, requestsQuery } from "../../../lib/fleet/queries.ts";

type CommandDialog<Input> = {
  isOpen: boolean;
  open: () => void;
  onOpenChange: (open: boolean) => void;
  isBusy: boolean;
  /** What the function had against it. */
  refusal: Failure | null;
  forgetRefusal: () => void;
  send: (input: Input) => void;
};

/**
 * A dialog that asks the function for one thing, and closes when that is granted. A refusal stays in it, or brings it back
 * when it was closed meanwhile; what the page knew is read again then.
 */
export function useCommandDialog<Input, Answer>(
  ask: (input: Input) => Promise<Answer>,
  onAnswer: (answer: Answer, input: Input) => void,
): CommandDialog<Input> {
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const command = useMutation({
    mutationFn: ask,
    onMutate: () => setRefusal(null),
    onSuccess: (answer, input) => {
      setIsOpen(false);
      onAnswer(answer, input);
    },
    onError: async (error) => {
      setRefusal(await readFailure(error));
      setIsOpen(true);
      for (const { queryKey } of [agentsQuery, requestsQuery]) void client.invalidateQueries({ queryKey });
    },
  });
  return {
    isOpen,
    open: () => {
      setRefusal(null);
      setIsOpen(true);
    },
    onOpenChange: setIsOpen,
    isBusy: command.isPending,
    refusal,
    forgetRefusal: () => setRefusal(null),
    send: (input) => {
      if (!command.isPending) command.mutate(input);
    },
  };
}
