import { Bot, LogOut, UserRoundX } from "lucide-react";
import type { Access } from "../../lib/access.ts";
import { usePageTitle } from "../../lib/use-page-title.ts";
import { Button } from "../../ui/button.tsx";
import { CopyableCommand } from "../../ui/copyable-command.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useSignOut } from "./use-sign-out.tsx";

/** In the place of every page, for whoever signed in and may see none of them. */
export function StrangerPage({ access, email }: { access: Access; email: string }) {
  usePageTitle("No access");
  const { leave, question } = useSignOut();
  const action = (
    <>
      <Button icon={<LogOut />} onClick={leave}>
        Sign out
      </Button>
      {question}
    </>
  );
  if (access.executor_id !== null) {
    return (
      <EmptyState level={1} icon={<Bot />} title="This account belongs to an executor" action={action}>
        A Mac signs in with it to do its work, and it sees nothing else. Sign in as yourself.
      </EmptyState>
    );
  }
  return (
    <EmptyState level={1} icon={<UserRoundX />} title="You are not a member of any project" action={action}>
      <p>
        You are signed in as <span className="wrap-anywhere font-medium text-ink">{email}</span>. Ask an owner of this
        Hatchery to add you; the owner runs this, with the id of a project in it:
      </p>
      <CopyableCommand
        command={`npm run access -- add ${quoteForShell(email)} viewer --project PROJECT_ID`}
        className="my-4 text-left"
      />
      <p>Once you are added, this page fills by itself.</p>
    </EmptyState>
  );
}

/** As one word of a command line, whatever is in it: an address was chosen by whoever signed up with it. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
