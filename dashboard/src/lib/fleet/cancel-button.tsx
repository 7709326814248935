import { X } from "lucide-react";
import { cancellingOf } from "./cancelling.ts";
import { CommandButton } from "./command-button.tsx";
import { cancelRequest } from "./commands.ts";
import { replaceOpenRow } from "./keep-rows.ts";
import { requestsQuery } from "./queries.ts";
import type { RequestRow } from "./rows.ts";

/** Calls an open request off. Nothing where that is too late. */
export function CancelButton({ request }: { request: RequestRow }) {
  const cancelling = cancellingOf(request);
  if (cancelling === undefined || cancelling === "too_late") return null;
  return (
    <CommandButton
      label="Cancel"
      about={request.display_name}
      icon={<X />}
      variant="secondary"
      isBusy={cancelling === "asked"}
      ask={() => cancelRequest(request.id)}
      keep={(client, cancelled) => replaceOpenRow(client, requestsQuery.queryKey, cancelled)}
      refusedTitle={`${request.display_name} was not cancelled`}
    />
  );
}
