import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { readFailure } from "../../lib/error-text.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { showToast } from "../../ui/toaster.tsx";
import { keepRows } from "./keep-rows.ts";
import { requestsQuery, retryRequest } from "./queries.ts";
import type { RequestRow } from "./rows.ts";

type RetryButtonProps = {
  /** One that ended as error. */
  request: RequestRow;
  label: string;
  tabIndex?: number;
  /** A word rather than a button, for a card. */
  isQuiet?: boolean;
};

/** Puts a request that failed into the queue again. */
export function RetryButton({ request, label, tabIndex, isQuiet = false }: RetryButtonProps) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryRequest(request.id),
    onSuccess: (queued) => keepRows(client, requestsQuery.queryKey, [queued]),
    onError: async (error) => {
      const { message, hint } = await readFailure(error);
      const title = `${request.display_name} was not queued again`;
      showToast({ tone: "danger", title, description: [message, hint].filter(Boolean).join(". ") });
      void client.invalidateQueries({ queryKey: requestsQuery.queryKey });
    },
  });
  return (
    <Button
      size="sm"
      variant={isQuiet ? "ghost" : "primary"}
      icon={<RotateCw />}
      isBusy={retry.isPending}
      tabIndex={tabIndex}
      aria-label={`${label} ${request.display_name}`}
      onClick={() => retry.mutate()}
      className={classNames(isQuiet && "relative z-1 -mr-2 -mb-1 ml-auto h-7 px-2 text-accent-ink")}
    >
      {label}
    </Button>
  );
}
