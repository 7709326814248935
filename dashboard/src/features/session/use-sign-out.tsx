import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { draftedAgents } from "../../lib/kept-drafts.ts";
import { isGuarded } from "../../lib/leave-guard.ts";
import { signOut, useSession } from "../../lib/session.ts";

const loadDialog = () => import("./sign-out-dialog.tsx");
const SignOutDialog = lazy(async () => ({ default: (await loadDialog()).SignOutDialog }));

/** Signs out, and asks first while there is unsaved text; `question` is to be shown beside what was pressed. */
export function useSignOut(): { leave: () => void; question: ReactNode } {
  const session = useSession();
  const userId = session.status === "signed-in" ? session.userId : undefined;
  const [asked, setAsked] = useState<{ agentIds: readonly string[]; isOpen: boolean }>();
  useEffect(() => {
    // There before it is asked for: whoever signs out may be offline.
    loadDialog().catch(() => undefined);
  }, []);
  const leave = () => {
    const agentIds = userId === undefined ? [] : draftedAgents(userId);
    if (agentIds.length === 0 && !isGuarded()) void signOut();
    else setAsked({ agentIds, isOpen: true });
  };
  const question = asked && (
    <Suspense fallback={null}>
      <SignOutDialog {...asked} onStay={() => setAsked({ ...asked, isOpen: false })} />
    </Suspense>
  );
  return { leave, question };
}
