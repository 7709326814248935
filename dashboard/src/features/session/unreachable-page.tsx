import { usePageTitle } from "../../lib/use-page-title.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { SessionPage } from "./session-page.tsx";

/** Somebody was signed in, and will be again as soon as Supabase answers; auth tries by itself. */
export function UnreachablePage() {
  usePageTitle("Supabase does not answer");
  return (
    <SessionPage title="Hatchery">
      <Notice tone="warning" live="status" title="Supabase does not answer">
        You are still signed in. It is tried again every few seconds; check that this computer is online and that the
        project is running.
      </Notice>
      <Button className="mt-4 w-full" onClick={() => location.reload()}>
        Try now
      </Button>
    </SessionPage>
  );
}
