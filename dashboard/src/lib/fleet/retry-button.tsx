import { RotateCw } from "lucide-react";
import { type ButtonPlace, CommandButton } from "./command-button.tsx";
import { retryRequest } from "./commands.ts";
import { keepRows } from "./keep-rows.ts";
import { requestsQuery } from "./queries.ts";
import type { RequestRow } from "./rows.ts";

type RetryButtonProps = ButtonPlace & {
  /** One that ended as error. */
  request: RequestRow;
  label: string;
};

/** Puts a request that failed into the queue again. */
export function RetryButton({ request, label, ...place }: RetryButtonProps) {
  return (
    <CommandButton
      {...place}
      label={label}
      about={request.display_name}
      icon={<RotateCw />}
      ask={() => retryRequest(request.id)}
      keep={(client, queued) => keepRows(client, requestsQuery.queryKey, [queued])}
      refusedTitle={`${request.display_name} was not queued again`}
    />
  );
}
