import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { showToast } from "../../ui/toaster.tsx";
import { readFailure } from "../error-text.ts";
import { agentsQuery, requestsQuery } from "./queries.ts";
import { sentences } from "./sentences.ts";

export type Command<Answer, About = void> = {
  /** Asks the function, which may refuse. */
  ask: (about: About) => Promise<Answer>;
  /** Puts what it answered where the page sees it. */
  keep: (client: QueryClient, answer: Answer) => void;
  /** The title of the message that a refusal is told with. */
  refusedTitle: string;
};

/** Asks the function for one thing. A refusal is told in its own words, and what the page knew is read again. */
export function useCommand<Answer, About = void>({ ask, keep, refusedTitle }: Command<Answer, About>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSuccess: (answer) => keep(client, answer),
    onError: async (error) => {
      const { message, hint } = await readFailure(error);
      showToast({ tone: "danger", title: refusedTitle, description: sentences(message, hint) });
      for (const { queryKey } of [agentsQuery, requestsQuery]) void client.invalidateQueries({ queryKey });
    },
  });
}
