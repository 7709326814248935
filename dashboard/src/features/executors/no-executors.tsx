import { Server } from "lucide-react";
import { environment } from "../../lib/environment.ts";
import { CopyableCommand } from "../../ui/copyable-command.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

const COMMANDS = [
  `export SUPABASE_URL=${environment.supabaseUrl} SUPABASE_PUBLISHABLE_KEY=${environment.supabaseKey}`,
  "npm run executor -- enroll",
  "npm run executor -- install",
];

/** What to do to get a first executor. */
export function NoExecutors() {
  return (
    <EmptyState
      icon={<Server />}
      title="No executor has reported yet"
      action={
        <div className="flex w-160 max-w-[calc(100vw-5rem)] flex-col gap-2 text-left">
          {COMMANDS.map((command) => (
            <CopyableCommand key={command} command={command} />
          ))}
        </div>
      }
    >
      On the Mac mini, in a checkout of Hatchery, run these. Enrolling asks for the e-mail address and password of
      somebody who owns every project. Once installed it runs from each login on, and the Mac shows here within seconds.
    </EmptyState>
  );
}
