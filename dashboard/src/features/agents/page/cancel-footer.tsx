import { useMutation, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { readFailure } from "../../../lib/error-text.ts";
import { Button } from "../../../ui/button.tsx";
import { showToast } from "../../../ui/toaster.tsx";
import { replaceOpenRow } from "../keep-rows.ts";
import { cancelRequest, requestsQuery } from "../queries.ts";
import type { RequestRow } from "../rows.ts";
import { sentences } from "../sentences.ts";
import { type Cancelling, cancellingOf } from "./cancelling.ts";

const WORDS: Record<Cancelling, string> = {
  possible: "Can be cancelled until OpenClaw is told of it.",
  asked: "Cancelling. It stops before OpenClaw is told of it.",
  too_late: "OpenClaw is being told of it: too late to cancel.",
};

/** Calls an open request off, or says why that is too late. */
export function CancelFooter({ request }: { request: RequestRow }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRequest(request.id),
    onSuccess: (cancelled) => replaceOpenRow(client, requestsQuery.queryKey, cancelled),
    onError: async (error) => {
      const { message, hint } = await readFailure(error);
      const title = `${request.display_name} was not cancelled`;
      showToast({ tone: "danger", title, description: sentences(message, hint) });
      void client.invalidateQueries({ queryKey: requestsQuery.queryKey });
    },
  });
  const cancelling = cancellingOf(request);
  if (cancelling === undefined) return null;
  return (
    <div className="mt-5 flex min-h-12 items-center justify-between gap-4 border-line border-t pt-4">
      <p className="min-w-0 text-pretty text-quiet text-xs">{WORDS[cancelling]}</p>
      {cancelling !== "too_late" && (
        <Button
          size="sm"
          icon={<X />}
          isBusy={cancel.isPending || cancelling === "asked"}
          aria-label={`Cancel ${request.display_name}`}
          onClick={() => cancel.mutate()}
        >
          Cancel
        </Button>
      )}
    </div>
  );
}
