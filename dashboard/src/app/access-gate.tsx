import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { accessQuery, isStranger, useAccess } from "../lib/access.ts";
import { PageLoading } from "./page-loading.tsx";

const StrangerPage = lazy(async () => ({
  default: (await import("../features/session/stranger-page.tsx")).StrangerPage,
}));

/** The pages, for whoever may see something; reads everything anew when that changes. */
export function AccessGate({ email, children }: { email: string; children: ReactNode }) {
  const access = useAccess();
  const client = useQueryClient();
  const known = useRef(access);

  useEffect(() => {
    const isChange = known.current !== undefined && known.current !== access;
    known.current = access;
    if (!isChange) return;
    // Rows that may not be seen any more come with no event, and neither do those that may be seen from now on.
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== accessQuery.queryKey[0] });
  }, [access, client]);

  if (access === undefined || !isStranger(access)) return children;
  return (
    <Suspense fallback={<PageLoading />}>
      <StrangerPage access={access} email={email} />
    </Suspense>
  );
}
