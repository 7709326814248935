import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { accessQuery } from "./access.ts";
import { isForbidden, isRefusedToken, isWorthRetrying } from "./failure-kind.ts";
import { renewSession } from "./session.ts";

async function onError(error: Error): Promise<void> {
  // What the page offered was offered on old knowledge.
  if (isForbidden(error)) await queryClient.invalidateQueries({ queryKey: accessQuery.queryKey });
  if (isRefusedToken(error) && (await renewSession())) await queryClient.invalidateQueries();
}

/** Waits 0.5, 1, 2 … at most 8 s, give or take a quarter, so that many pages do not come back in step. */
function retryDelay(failures: number): number {
  return Math.min(500 * 2 ** failures, 8_000) * (0.75 + Math.random() / 2);
}

/**
 * What the page knows. live.ts keeps it current, so nothing is fetched again merely because it is old; and a browser
 * without a network may reach a Supabase on the same machine, so nothing waits for `navigator.onLine`.
 */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => void onError(error) }),
  mutationCache: new MutationCache({ onError: (error) => void onError(error) }),
  defaultOptions: {
    queries: {
      networkMode: "always",
      staleTime: 60_000,
      gcTime: 30 * 60_000,
      retry: (failures, error) => failures < 3 && isWorthRetrying(error),
      retryDelay,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { networkMode: "always", retry: false, retryDelay },
  },
});
