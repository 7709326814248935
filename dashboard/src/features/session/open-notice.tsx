import { useAccess } from "../../lib/access.ts";
import { environment } from "../../lib/environment.ts";
import { isLoopback } from "../../lib/is-loopback.ts";
import { Notice } from "../../ui/notice.tsx";

/** A page on this machine may show a project that is anywhere. */
const isOnThisMachine = () => [location.hostname, new URL(environment.supabaseUrl).hostname].every(isLoopback);

/** Says over every page that it is open to everybody; where nobody else can reach page or project that is as it should be. */
export function OpenNotice() {
  const access = useAccess();
  if (access?.mode !== "open" || isOnThisMachine()) return null;
  return (
    <Notice tone="warning" title="This Hatchery is open" className="mb-5">
      Whoever signs in can change everything, and anyone who loads this page can ask for agents.{" "}
      <code className="whitespace-nowrap font-mono text-xs">npm run access -- members</code> lets in members only.
    </Notice>
  );
}
